OPENQASM 3.0;
include "stdgates.inc";
qubit A;
qubit B;
h B;
cp(pi/2) A, B;
