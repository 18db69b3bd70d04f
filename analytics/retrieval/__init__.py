"""How well documents are found for requests, from what stored spans say of it."""
