#!/usr/bin/env bash
# Compiles the Coq development, has coqchk check the compiled files once more, and fails if they rest on any axiom.
#   check.sh [DIR]   DIR keeps the compiled files (coqc -Q DIR NoClone …); without it they are thrown away.
# Complex.v, the instance over Coq's real numbers, comes last and its axioms are listed: it is not in the main part.
set -euo pipefail
source_folder=$(cd "$(dirname "$0")" && pwd)
if [ $# -gt 0 ]; then
  mkdir -p "$1"
  build=$(cd "$1" && pwd)
else
  build=$(mktemp -d)
  trap 'rm -rf "$build"' EXIT
fi
cp "$source_folder"/*.v "$source_folder/_CoqProject" "$build"
cd "$build"
main=$(grep '\.v$' _CoqProject)
if grep -nwE 'Admitted|admit|Axiom|Axioms|Parameter|Parameters|Conjecture|Unset (Guard|Positivity|Universe) Checking' ./*.v; then
  echo "coq: the words above may not occur in the development" >&2
  exit 1
fi
for file in $main; do
  coqc -q -Q . NoClone "$file"
done
checked=$(coqchk -silent -o -Q . NoClone $(sed 's/\.v$//; s/^/NoClone./' <<<"$main") 2>&1)
echo "$checked"
if ! grep -A1 '^\* Axioms:' <<<"$checked" | grep -q '<none>'; then
  echo "coq: the main part rests on axioms" >&2
  exit 1
fi
echo "coq: $(wc -w <<<"$main") files of the main part compiled and checked again, no axioms"
coqc -q -Q . NoClone Complex.v
echo "coq: Complex.v (not in the main part) rests on:"
cat > axioms_of_complex.v <<<'From NoClone Require Import Complex. Print Assumptions complex.'
coqc -q -Q . NoClone axioms_of_complex.v
