OPENQASM 3.0;
include "stdgates.inc";
// Hillery, Buzek and Berthiaume's sharing, once the dealer's bit M is out: B and C hold a|00> + b|11>
qubit A;
qubit B;
qubit C;
bit M;
cx A, B;
cx A, C;
h A;
M = measure A;
