"""Operations on live interactions (cxengage 12): each is read here and carried out by an operation of the house."""
