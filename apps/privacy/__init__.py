"""How long data of people is kept, and what is done when somebody asks for theirs or wants it gone."""
