"""Laws that hold for every data set, tried on those that Hypothesis makes."""
