"""From the files of a study to the rows that models see."""
