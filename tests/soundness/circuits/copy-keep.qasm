OPENQASM 3.0;
include "stdgates.inc";
// hands out the copy as it is
qubit B;
