/** What reads pages unless a request names another one; US dollars per million tokens on z.ai (API notes 4.3). */
export const ocrModel = { id: "glm-ocr", label: "GLM-OCR", price: { input: 0.03, output: 0.03 } } as const;
