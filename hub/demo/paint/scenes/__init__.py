"""What the pictures show, one function each."""
