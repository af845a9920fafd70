// @ts-check

/**
 * @typedef {object} Customer
 * @property {string} firstName
 * @property {number} visits
 */

/**
 * @param {Customer} customer
 * @returns {string}
 */
export function greeting(customer) {
  return `Hello ${customer.fistName}, nice to see you again!`;
}

/**
 * @param {Customer} customer
 * @returns {boolean} true from the tenth visit on
 */
export function isRegular(customer) {
  return customer.visits = 10;
}
