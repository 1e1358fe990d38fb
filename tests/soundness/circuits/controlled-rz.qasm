OPENQASM 3.0;
include "stdgates.inc";
// a controlled Rz: unlike Rz itself it is not the controlled phase up to a global phase
qubit A;
qubit B;
h B;
crz(pi) A, B;
