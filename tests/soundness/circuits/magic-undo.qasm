OPENQASM 3.0;
include "stdgates.inc";
qubit A;
tdg A;
