"""The company's pictures: flat, warm prints in the colours of the design system, drawn with Pillow."""
