(** Uniform protocols for every n, coalitions, and what it means that a coalition reads, restores or learns nothing.

    Positions: A first, then S and N of each pair in turn. Before the protocol acts, A holds the secret and each pair is
    a Bell pair. These are definitions about operators; States.v and FamilyStates.v prove what they say about states. *)

From Coq Require Import Bool List Arith Lia.
From NoClone Require Import Pauli.
Import ListNotations.

(** ** Protocols *)

(** exp(-i pi/4 P), where P is a sign, a letter on A, and on every pair one letter on S and one on N. *)
Record rotation := Rotation { negative : bool; on_a : letter; on_s : letter; on_n : letter }.

(** Rotations in order: the first in the list acts first. *)
Definition protocol := list rotation.

Fixpoint on_pairs (n : nat) (s t : letter) : list letter :=
  match n with
  | 0 => []
  | S n => s :: t :: on_pairs n s t
  end.

Definition rotation_at (n : nat) (r : rotation) : pauli :=
  word (negative r) (on_a r :: on_pairs n (on_s r) (on_n r)).

(** U* W U for the whole protocol U with n pairs: the last rotation is undone first. *)
Fixpoint pull_back (n : nat) (p : protocol) (W : pauli) : pauli :=
  match p with
  | [] => W
  | r :: p => pull_rotation (rotation_at n r) (pull_back n p W)
  end.

(** Encrypted cloning (arXiv:2501.02757): exp(-i pi/4 Z on A and all S) acts first, then the same with X. *)
Definition encrypted_cloning : protocol := [Rotation false Z Z I; Rotation false X X I].

(** ** Coalitions *)

(** What a coalition holds of one pair (S, N). *)
Inductive kind := both | only_s | only_n | neither.

Definition has_s (k : kind) : bool := match k with both | only_s => true | _ => false end.
Definition has_n (k : kind) : bool := match k with both | only_n => true | _ => false end.
Definition other (k : kind) : kind :=
  match k with both => neither | only_s => only_n | only_n => only_s | neither => both end.

(** Any list of kinds, in any order; its length is n. *)
Record coalition := Coalition { holds_a : bool; kinds : list kind }.

Definition size (c : coalition) : nat := length (kinds c).

Fixpoint mask_of_pairs (ks : list kind) : list bool :=
  match ks with
  | [] => []
  | k :: ks => has_s k :: has_n k :: mask_of_pairs ks
  end.

Definition mask (c : coalition) : list bool := holds_a c :: mask_of_pairs (kinds c).
Definition complement (c : coalition) : coalition := Coalition (negb (holds_a c)) (map other (kinds c)).

(** ** Representatives *)

Fixpoint doubled (ts : list letter) : list letter :=
  match ts with
  | [] => []
  | t :: ts => t :: t :: doubled ts
  end.

Fixpoint odd_ys (ts : list letter) : bool :=
  match ts with
  | [] => false
  | t :: ts => xorb (fst t && snd t) (odd_ys ts)
  end.

(** L on A times, on each pair, one of the Bell pair's stabilizers II, XX, -YY, ZZ (the letter is t). *)
Definition logical_and_stabilizers (L : letter) (ts : list letter) : pauli :=
  word (odd_ys ts) (L :: doubled ts).

(** W represents L: it pulls back through the protocol to L on the secret times stabilizers, sign included. *)
Definition represents (n : nat) (p : protocol) (W : pauli) (L : letter) : Prop :=
  length (at_each W) = 1 + 2 * n /\
  exists ts, length ts = n /\ pull_back n p W = logical_and_stabilizers L ts.

(** The coalition holds an operator that represents L. *)
Definition reads (p : protocol) (c : coalition) (L : letter) : Prop :=
  exists W, supported (mask c) (at_each W) = true /\ represents (size c) p W L.

Definition authorized (p : protocol) (c : coalition) : Prop := reads p c X /\ reads p c Z.
Definition uninformative (p : protocol) (c : coalition) : Prop := authorized p (complement c).
Definition leaks (p : protocol) (c : coalition) (L : letter) : Prop :=
  L <> I /\ reads p c L /\ reads p (complement c) L.

(** ** Exclusion *)

Lemma on_pairs_length n s t : length (on_pairs n s t) = 2 * n.
Proof. induction n; simpl; [|rewrite IHn]; lia. Qed.

Lemma doubled_length ts : length (doubled ts) = 2 * length ts.
Proof. induction ts; simpl; [|rewrite IHts]; lia. Qed.

Lemma pull_back_length n p W :
  length (at_each W) = 1 + 2 * n -> length (at_each (pull_back n p W)) = 1 + 2 * n.
Proof.
  intro H; induction p as [|r p IH]; simpl; [exact H|].
  rewrite pull_rotation_length; [exact IH|]. rewrite IH; simpl. rewrite on_pairs_length; lia.
Qed.

Lemma pull_back_anticommute n p W W' :
  length (at_each W) = 1 + 2 * n -> length (at_each W') = 1 + 2 * n ->
  anticommute (at_each (pull_back n p W)) (at_each (pull_back n p W')) = anticommute (at_each W) (at_each W').
Proof.
  intros H H'; induction p as [|r p IH]; [reflexivity|]. simpl. rewrite pull_rotation_anticommute; [exact IH| |];
    rewrite pull_back_length by assumption; simpl; rewrite on_pairs_length; lia.
Qed.

Lemma doubled_commute ts ts' : length ts = length ts' -> anticommute (doubled ts) (doubled ts') = false.
Proof.
  revert ts'; induction ts as [|t ts IH]; intros [|t' ts']; simpl; intro H; try discriminate; [reflexivity|].
  rewrite !anticommute_cons, IH by lia. letters; reflexivity.
Qed.

Definition letters_anticommute (L L' : letter) : bool := xorb (snd L && fst L') (snd L' && fst L).

(** Representatives anticommute exactly if what they represent does. *)
Theorem representatives_anticommute n p W W' L L' :
  represents n p W L -> represents n p W' L' ->
  anticommute (at_each W) (at_each W') = letters_anticommute L L'.
Proof.
  intros [H [ts [T E]]] [H' [ts' [T' E']]]. rewrite <- (pull_back_anticommute n p) by assumption.
  rewrite E, E'. unfold logical_and_stabilizers; simpl. rewrite anticommute_cons, doubled_commute by lia.
  apply xorb_false_r.
Qed.

(** What two disjoint coalitions read commutes. *)
Theorem disjoint_coalitions_read_commuting p c c' L L' :
  size c = size c' -> disjoint (mask c) (mask c') = true -> reads p c L -> reads p c' L' ->
  letters_anticommute L L' = false.
Proof.
  intros N D [W [S R]] [W' [S' R']]. rewrite <- N in R'.
  rewrite <- (representatives_anticommute _ _ _ _ _ _ R R'). exact (disjoint_commute _ _ _ _ D S S').
Qed.

Lemma complement_disjoint c : disjoint (mask c) (mask (complement c)) = true.
Proof. destruct c as [a ks]; destruct a; simpl; induction ks as [|[] ks IH]; simpl; auto. Qed.

Lemma complement_size c : size (complement c) = size c.
Proof. apply map_length. Qed.

Lemma complement_involutive c : complement (complement c) = c.
Proof.
  destruct c as [a ks]; unfold complement; simpl. rewrite negb_involutive, map_map. f_equal.
  induction ks as [|[] ks IH]; simpl; congruence.
Qed.

(** What a coalition and everybody else read commutes. *)
Lemma complement_reads_commuting p c L L' :
  reads p c L -> reads p (complement c) L' -> letters_anticommute L L' = false.
Proof.
  apply disjoint_coalitions_read_commuting; [symmetry; apply complement_size | apply complement_disjoint].
Qed.

(** Two coalitions with nothing in common are never both authorized: whatever the protocol, one decryption at most. *)
Theorem only_one_decryption p c c' :
  size c = size c' -> disjoint (mask c) (mask c') = true -> authorized p c -> ~ authorized p c'.
Proof.
  intros N D [HX _] [_ HZ]. discriminate (disjoint_coalitions_read_commuting _ _ _ _ _ N D HX HZ).
Qed.

(** No coalition is both authorized and uninformative. *)
Theorem authorized_not_uninformative p c : authorized p c -> ~ uninformative p c.
Proof. intros [HX _] [_ HZ]. discriminate (complement_reads_commuting _ _ _ _ HX HZ). Qed.

(** No authorized coalition merely leaks one component. *)
Theorem authorized_not_leaks p c L : authorized p c -> ~ leaks p c L.
Proof.
  intros [HX HZ] [N [_ H]]. pose proof (complement_reads_commuting _ _ _ _ HX H).
  pose proof (complement_reads_commuting _ _ _ _ HZ H). apply N. letters; cbv in *; congruence.
Qed.

(** No uninformative coalition leaks a component. *)
Theorem uninformative_not_leaks p c L : uninformative p c -> ~ leaks p c L.
Proof.
  intros [HX HZ] [N [H _]]. pose proof (complement_reads_commuting _ _ _ _ H HX).
  pose proof (complement_reads_commuting _ _ _ _ H HZ). apply N. letters; cbv in *; congruence.
Qed.

(** A coalition leaks one component at most. *)
Theorem leaks_one p c L L' : leaks p c L -> leaks p c L' -> L = L'.
Proof.
  intros [N [H _]] [N' [_ H']]. pose proof (complement_reads_commuting _ _ _ _ H H').
  letters; cbv in *; congruence.
Qed.
