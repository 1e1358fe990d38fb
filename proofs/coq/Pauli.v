(** Pauli operators with their phase, on any number of positions, and how Clifford rotations conjugate them.

    A Pauli is written i^k X^x Z^z: a phase, then all X's, then all Z's. In this form products and conjugations are
    bit operations, and a Bell pair's stabilizers XX, -YY, ZZ all have phase 1. Everything here computes. *)

From Coq Require Import Bool List Arith Lia.
Import ListNotations.

(** ** Phases: (m, t) stands for (-1)^m i^t *)

Definition phase := (bool * bool)%type.
Definition unit_phase : phase := (false, false).
Definition imaginary : phase := (false, true).
Definition sign (minus : bool) : phase := (minus, false).
Definition times (a b : phase) : phase :=
  (xorb (xorb (fst a) (fst b)) (snd a && snd b), xorb (snd a) (snd b)).

Ltac phases := repeat match goal with p : phase |- _ => destruct p as [[|] [|]] end; reflexivity.

Lemma times_comm (a b : phase) : times a b = times b a. Proof. phases. Qed.
Lemma times_assoc (a b c : phase) : times a (times b c) = times (times a b) c. Proof. phases. Qed.
Lemma times_unit (a : phase) : times unit_phase a = a. Proof. phases. Qed.

(** ** Letters and words *)

(** A letter is a pair of bits (x, z): I = (0,0), X = (1,0), Y = (1,1), Z = (0,1). Adding letters is multiplying
    the operators up to phase. *)
Definition letter := (bool * bool)%type.
Definition I : letter := (false, false).
Definition X : letter := (true, false).
Definition Y : letter := (true, true).
Definition Z : letter := (false, true).
Definition plus (a b : letter) : letter := (xorb (fst a) (fst b), xorb (snd a) (snd b)).

Definition letter_eqb (a b : letter) : bool := eqb (fst a) (fst b) && eqb (snd a) (snd b).

Ltac letters := repeat match goal with p : letter |- _ => destruct p as [[|] [|]] end.

Lemma letter_eqb_eq (a b : letter) : letter_eqb a b = true <-> a = b.
Proof. letters; cbv; split; intro H; congruence. Qed.

Fixpoint plus_all (a b : list letter) : list letter :=
  match a, b with
  | l :: a, m :: b => plus l m :: plus_all a b
  | _, _ => []
  end.

(** The parity of the places where [a] has a Z-bit and [b] an X-bit: moving Z^a past X^b costs (-1) to it. *)
Fixpoint crossings (a b : list letter) : bool :=
  match a, b with
  | l :: a, m :: b => xorb (snd l && fst m) (crossings a b)
  | _, _ => false
  end.

(** i to the number of Y's: Y = i X Z, so a word of letters has this phase in the form X^x Z^z. *)
Fixpoint phase_of_ys (a : list letter) : phase :=
  match a with
  | l :: a => if fst l && snd l then times imaginary (phase_of_ys a) else phase_of_ys a
  | [] => unit_phase
  end.

(** ** Operators *)

Record pauli := Pauli { factor : phase; at_each : list letter }.

(** The operator that a text such as -X Y Z names: a sign and a letter for every position. *)
Definition word (minus : bool) (a : list letter) : pauli := Pauli (times (sign minus) (phase_of_ys a)) a.

Definition multiply (P Q : pauli) : pauli :=
  Pauli (times (times (factor P) (factor Q)) (sign (crossings (at_each P) (at_each Q))))
        (plus_all (at_each P) (at_each Q)).

Definition scaled (p : phase) (P : pauli) : pauli := Pauli (times p (factor P)) (at_each P).

(** Whether P Q = - Q P (else P Q = Q P). *)
Definition anticommute (a b : list letter) : bool := xorb (crossings a b) (crossings b a).

(** U* W U for U = exp(-i pi/4 P), where P is a word (so P P = 1): W if they commute, else i P W. *)
Definition pull_rotation (P W : pauli) : pauli :=
  if anticommute (at_each P) (at_each W) then scaled imaginary (multiply P W) else W.

(** Whether [a] is I wherever the mask is false. *)
Fixpoint supported (mask : list bool) (a : list letter) : bool :=
  match mask, a with
  | m :: mask, l :: a => (m || letter_eqb l I) && supported mask a
  | [], [] => true
  | _, _ => false
  end.

(** ** What the rest of the development uses *)

Lemma plus_all_length a b : length a = length b -> length (plus_all a b) = length a.
Proof. revert b; induction a; intros [|m b]; simpl; intro H; try lia. rewrite IHa; lia. Qed.

Lemma crossings_plus_left a b c :
  length a = length b -> crossings (plus_all a b) c = xorb (crossings a c) (crossings b c).
Proof.
  revert b c; induction a as [|l a IH]; intros [|m b] [|n c]; simpl; intro H; try discriminate; try reflexivity.
  rewrite IH by lia. letters; simpl; destruct (crossings a c), (crossings b c); reflexivity.
Qed.

Lemma crossings_plus_right a b c :
  length a = length b -> crossings c (plus_all a b) = xorb (crossings c a) (crossings c b).
Proof.
  revert b c; induction a as [|l a IH]; intros [|m b] [|n c]; simpl; intro H; try discriminate; try reflexivity.
  rewrite IH by lia. letters; simpl; destruct (crossings c a), (crossings c b); reflexivity.
Qed.

Lemma anticommute_plus_left a b c :
  length a = length b -> anticommute (plus_all a b) c = xorb (anticommute a c) (anticommute b c).
Proof.
  intro H; unfold anticommute. rewrite crossings_plus_left, crossings_plus_right by exact H.
  destruct (crossings a c), (crossings b c), (crossings c a), (crossings c b); reflexivity.
Qed.

Lemma anticommute_sym a b : anticommute a b = anticommute b a.
Proof. apply xorb_comm. Qed.

Lemma anticommute_plus_right a b c :
  length a = length b -> anticommute c (plus_all a b) = xorb (anticommute c a) (anticommute c b).
Proof. intro H. rewrite !(anticommute_sym c). apply anticommute_plus_left, H. Qed.

Lemma anticommute_self a : anticommute a a = false.
Proof. apply xorb_nilpotent. Qed.

Lemma anticommute_cons l m a b :
  anticommute (l :: a) (m :: b) = xorb (xorb (snd l && fst m) (snd m && fst l)) (anticommute a b).
Proof.
  unfold anticommute; simpl. letters; simpl; destruct (crossings a b), (crossings b a); reflexivity.
Qed.

(** Conjugation by a rotation keeps lengths. *)
Lemma pull_rotation_length P W :
  length (at_each P) = length (at_each W) -> length (at_each (pull_rotation P W)) = length (at_each W).
Proof.
  intro H; unfold pull_rotation. destruct anticommute; [|reflexivity]. simpl. rewrite plus_all_length; exact H.
Qed.

(** Conjugation by a rotation keeps commutation: it is a change of basis. *)
Lemma pull_rotation_anticommute P W W' :
  length (at_each P) = length (at_each W) -> length (at_each P) = length (at_each W') ->
  anticommute (at_each (pull_rotation P W)) (at_each (pull_rotation P W'))
  = anticommute (at_each W) (at_each W').
Proof.
  intros H H'; unfold pull_rotation.
  destruct (anticommute (at_each P) (at_each W)) eqn:E;
  destruct (anticommute (at_each P) (at_each W')) eqn:E'; simpl;
    rewrite ?anticommute_plus_left, ?anticommute_plus_right, ?anticommute_plus_left by assumption;
    rewrite ?anticommute_self, ?(anticommute_sym (at_each W) (at_each P)), ?E, ?E';
    destruct (anticommute (at_each W) (at_each W')); reflexivity.
Qed.

(** Masks that never both hold a place. *)
Fixpoint disjoint (m m' : list bool) : bool :=
  match m, m' with
  | a :: m, b :: m' => negb (a && b) && disjoint m m'
  | [], [] => true
  | _, _ => false
  end.

(** Operators on disjoint places commute. *)
Lemma disjoint_commute m m' a b :
  disjoint m m' = true -> supported m a = true -> supported m' b = true -> anticommute a b = false.
Proof.
  revert m' a b; induction m as [|h m IH]; intros [|h' m'] [|l a] [|l' b]; simpl; intros D S S';
    try discriminate; try reflexivity.
  apply andb_prop in D as [D D'], S as [S1 S2], S' as [S1' S2'].
  rewrite anticommute_cons, (IH m') by assumption.
  destruct h, h'; letters; cbv in D, S1, S1' |- *; congruence.
Qed.

Lemma disjoint_complement m : disjoint m (map negb m) = true.
Proof. induction m as [|[|] m IH]; simpl; auto. Qed.

Lemma supported_length m a : supported m a = true -> length a = length m.
Proof.
  revert a; induction m as [|h m IH]; intros [|l a]; simpl; intro H; try discriminate; auto.
  apply andb_prop in H as [_ H]. rewrite (IH a H); reflexivity.
Qed.
