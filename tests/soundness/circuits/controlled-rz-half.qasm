OPENQASM 3.0;
include "stdgates.inc";
qubit A;
qubit B;
h B;
crz(pi/2) A, B;
