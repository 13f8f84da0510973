"""Reading mail that strangers wrote: nothing in a message may stop the reader or fill the memory."""
