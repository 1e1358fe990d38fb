(** What every coalition learns, for every n, from a finite certificate: any uniform protocol on Bell pairs.

    A cell says whether A is held and how many pairs there are of each kind: none, an odd number, or an even one from 2 on.
    The certificate gives, for each cell, what its smallest coalition learns, and the operators that show it. *)

From Coq Require Import Bool List Arith Lia Permutation String.
From NoClone Require Import Pauli Family Classification Vectors States FamilyStates Uniform Circuits Claims Checker Reading.
Import ListNotations.
Local Open Scope list_scope.

(** ** Representatives, decided by computing *)

Fixpoint stabilizer_letters (a : list letter) : option (list letter) :=
  match a with
  | s :: t :: a => if letter_eqb s t then option_map (cons s) (stabilizer_letters a) else None
  | [] => Some []
  | _ => None
  end.

(** Whether W represents L for a uniform protocol: decided by computing. *)
Definition is_representative (n : nat) (p : protocol) (W : pauli) (L : letter) : bool :=
  (List.length (at_each W) =? 1 + 2 * n)%nat &&
  match at_each (pull_back n p W) with
  | l :: rest =>
      letter_eqb l L &&
      match stabilizer_letters rest with
      | Some ts => let k := factor (logical_and_stabilizers L ts) in let k' := factor (pull_back n p W) in
                   Bool.eqb (fst k) (fst k') && Bool.eqb (snd k) (snd k') && (List.length ts =? n)%nat
      | None => false
      end
  | [] => false
  end.

Lemma stabilizer_letters_doubled a ts : stabilizer_letters a = Some ts -> a = doubled ts.
Proof.
  revert ts. induction a as [a IH] using (well_founded_induction (Wf_nat.well_founded_ltof _ (@List.length letter))).
  intros ts H. destruct a as [|s [|t a]]; simpl in H; [injection H as <-; reflexivity | discriminate |].
  destruct (letter_eqb s t) eqn:E; [|discriminate]. apply letter_eqb_eq in E as ->.
  destruct (stabilizer_letters a) as [us|] eqn:U; [|discriminate]. injection H as <-. simpl. do 2 f_equal.
  apply IH; [unfold ltof; simpl; auto | exact U].
Qed.

(** What computes to true is a representative. *)
Theorem is_representative_sound n p W L : is_representative n p W L = true -> represents n p W L.
Proof.
  unfold is_representative. intro H. apply andb_prop in H as [H1 H]. apply Nat.eqb_eq in H1. split; [exact H1|].
  destruct (pull_back n p W) as [k [|l rest]] eqn:P; cbn [at_each factor] in H; [discriminate|].
  apply andb_prop in H as [E H]. apply letter_eqb_eq in E as ->.
  destruct (stabilizer_letters rest) as [ts|] eqn:T; [|discriminate].
  apply andb_prop in H as [H N]. apply andb_prop in H as [F S]. apply Nat.eqb_eq in N.
  exists ts. split; [exact N|]. apply stabilizer_letters_doubled in T as ->.
  unfold logical_and_stabilizers, word in *; cbn [factor] in *. f_equal.
  destruct k as [k1 k2]. apply eqb_prop in F, S. cbn [fst snd] in F, S. rewrite <- F, <- S.
  destruct (times _ _); reflexivity.
Qed.

(** ** Cells *)

(** 0 for none, 1 for odd, 2 for even from 2 on. *)
Fixpoint reduced (m : nat) : nat :=
  match m with 0 => 0 | 1 => 1 | 2 => 2 | S (S m) => reduced m end.

(** A held or not; then pairs with neither, only S, only N, both. *)
Definition cell := (bool * (nat * nat * nat * nat))%type.

Definition sorted (z s t f : nat) : list kind := repeat neither z ++ repeat only_s s ++ repeat only_n t ++ repeat both f.

Definition cell_of (c : coalition) : cell :=
  (holds_a c, (reduced (count neither (kinds c)), reduced (count only_s (kinds c)),
               reduced (count only_n (kinds c)), reduced (count both (kinds c)))).

Lemma reduced_range m : In (reduced m) [0; 1; 2].
Proof.
  induction m as [m IH] using lt_wf_ind. destruct m as [|[|[|m]]]; simpl; auto. apply (IH (S m)). lia.
Qed.

Lemma reduced_zero m : reduced m = 0 -> m = 0.
Proof.
  induction m as [m IH] using lt_wf_ind. destruct m as [|[|[|m]]]; simpl; auto; try discriminate. intro H.
  assert (S m = 0) by (apply IH; [lia | exact H]). discriminate.
Qed.

Lemma sorted_permutation ks :
  Permutation (sorted (count neither ks) (count only_s ks) (count only_n ks) (count both ks)) ks.
Proof.
  unfold sorted. induction ks as [|[] ks IH]; simpl; [constructor | | | |].
  - rewrite !app_assoc. rewrite <- Permutation_middle. rewrite <- !app_assoc. constructor. exact IH.
  - rewrite <- Permutation_middle. constructor. exact IH.
  - rewrite app_assoc. rewrite <- Permutation_middle. rewrite <- app_assoc. constructor. exact IH.
  - constructor. exact IH.
Qed.

Lemma grows_trans l l' l'' : grows l l' -> grows l' l'' -> grows l l''.
Proof.
  intros G H; induction H as [|m m' _ IH P|k m _ IH]; [exact G | exact (permuted _ _ _ IH P) | exact (copied _ _ _ IH)].
Qed.

Lemma repeat_grows k m (before after : list kind) :
  grows (before ++ repeat k (reduced m) ++ after) (before ++ repeat k m ++ after).
Proof.
  induction m as [m IH] using lt_wf_ind. destruct m as [|[|[|m]]]; try constructor.
  change (reduced (S (S (S m)))) with (reduced (S m)). apply (grows_trans _ _ _ (IH (S m) ltac:(lia))). cbn [repeat app].
  apply (permuted _ (k :: k :: k :: before ++ repeat k m ++ after)).
  - apply copied. apply (permuted _ _ _ (grown _)). symmetry. apply Permutation_middle.
  - rewrite <- !Permutation_middle. reflexivity.
Qed.

(** Every coalition grows from the smallest one in its cell. *)
Lemma grows_from_cell ks :
  grows (sorted (reduced (count neither ks)) (reduced (count only_s ks)) (reduced (count only_n ks)) (reduced (count both ks))) ks.
Proof.
  apply (permuted _ (sorted (count neither ks) (count only_s ks) (count only_n ks) (count both ks))); [|apply sorted_permutation].
  generalize (count neither ks) (count only_s ks) (count only_n ks) (count both ks). clear ks. intros z s t f. unfold sorted.
  apply (grows_trans _ _ _ (repeat_grows neither z [] _)). cbn [app].
  apply (grows_trans _ _ _ (repeat_grows only_s s (repeat neither z) _)).
  rewrite !(app_assoc (repeat neither z)). apply (grows_trans _ _ _ (repeat_grows only_n t (repeat neither z ++ repeat only_s s) _)).
  rewrite !(app_assoc (repeat neither z ++ repeat only_s s)). rewrite <- (app_nil_r (repeat both f)), <- (app_nil_r (repeat both (reduced f))).
  apply repeat_grows.
Qed.

(** ** The certificate *)

(** For each cell what its smallest coalition learns, and the operators, as text. *)
Definition entries := list (cell * (learned * list string)).

Definition counts_eqb (a b : nat * nat * nat * nat) : bool :=
  match a, b with (z, s, t, f), (z', s', t', f') => (z =? z') && (s =? s') && (t =? t') && (f =? f') end.
Definition cell_eqb (a b : cell) : bool := Bool.eqb (fst a) (fst b) && counts_eqb (snd a) (snd b).

Definition looked_up (es : entries) (x : cell) : option (learned * list string) :=
  option_map snd (find (fun e => cell_eqb x (fst e)) es).

(** The names of the qubits in the order of Family.v: A, S[0], N[0], S[1], N[1], ...; bare with one pair. *)
Definition family_names (a s t : string) (n : nat) : list string :=
  if n =? 1 then [a; s; t] else a :: flat_map (fun k => [indexed s k; indexed t k]) (seq 0 n).

Definition holds_witness (p : protocol) (c : coalition) (W : operator) (L : letter) : bool :=
  supported (mask c) (snd W) && is_representative (size c) p (word (fst W) (snd W)) L.

Definition shows (p : protocol) (c : coalition) (v : learned) (Ws : list operator) : bool :=
  match v, Ws with
  | Nothing, [x; z] => holds_witness p (complement c) x X && holds_witness p (complement c) z Z
  | Component L, [here; there] => negb (letter_eqb L I) && holds_witness p c here L && holds_witness p (complement c) there L
  | Everything, [x; z] => holds_witness p c x X && holds_witness p c z Z
  | _, _ => false
  end.

Section Certificate.
Variables (p : protocol) (a s t : string) (es : entries).

Definition cell_shown (x : cell) : bool :=
  match x with (held, (z, s', t', f)) =>
    let c := Coalition held (sorted z s' t' f) in
    (size c =? 0) ||
    match looked_up es x with
    | Some (v, texts) =>
        match read_operators (family_names a s t (size c)) texts with Some Ws => shows p c v Ws | None => false end
    | None => false
    end
  end.

(** Every cell but that of no pairs at all. *)
Definition all_shown : bool :=
  let m := [0; 1; 2] in
  forallb (fun held => forallb (fun z => forallb (fun s => forallb (fun t => forallb (fun f =>
    cell_shown (held, (z, s, t, f))) m) m) m) m) [false; true].

(** For every n from 1 on and every coalition, its cell's entry says what it learns. *)
Definition every_coalition : Prop :=
  forall c, kinds c <> [] -> exists v texts, looked_up es (cell_of c) = Some (v, texts) /\ learns p c v.

Lemma holds_witness_reads c W L : holds_witness p c W L = true -> reads p c L.
Proof.
  intro H. apply andb_prop in H as [H1 H2]. exists (word (fst W) (snd W)). split; [exact H1|].
  apply is_representative_sound, H2.
Qed.

Lemma shows_learns c v Ws : shows p c v Ws = true -> learns p c v.
Proof.
  destruct v as [|L|], Ws as [|W [|W' [|? ?]]]; try discriminate; cbn [shows learns]; intro H.
  - apply andb_prop in H as [H1 H2]. split; eapply holds_witness_reads; eassumption.
  - apply andb_prop in H as [H H2]. apply andb_prop in H as [D H1]. split; [intro Q; subst L; discriminate|].
    split; eapply holds_witness_reads; eassumption.
  - apply andb_prop in H as [H1 H2]. split; eapply holds_witness_reads; eassumption.
Qed.

(** What a certificate shows about 160 small coalitions holds of all coalitions, for every n. *)
Theorem certificate_covers_every_n : all_shown = true -> every_coalition.
Proof.
  intros H [held ks] NE. cbn [kinds] in NE. unfold cell_of; cbn [holds_a kinds].
  pose proof (grows_from_cell ks) as G.
  pose proof (reduced_range (count neither ks)) as Rz. pose proof (reduced_range (count only_s ks)) as Rs.
  pose proof (reduced_range (count only_n ks)) as Rt. pose proof (reduced_range (count both ks)) as Rf.
  unfold all_shown in H. rewrite forallb_forall in H. specialize (H held (ltac:(destruct held; simpl; auto))).
  rewrite forallb_forall in H. specialize (H _ Rz). rewrite forallb_forall in H. specialize (H _ Rs).
  rewrite forallb_forall in H. specialize (H _ Rt). rewrite forallb_forall in H. specialize (H _ Rf).
  unfold cell_shown in H. apply orb_prop in H as [H|H].
  - exfalso. apply NE. apply Nat.eqb_eq in H. unfold size, sorted in H; cbn [kinds] in H.
    rewrite !app_length, !repeat_length in H. pose proof (count_total ks) as T.
    rewrite (reduced_zero (count neither ks)), (reduced_zero (count only_s ks)), (reduced_zero (count only_n ks)),
      (reduced_zero (count both ks)) in T by lia. destruct ks; [reflexivity | discriminate].
  - destruct (looked_up es _) as [[v texts]|]; [|discriminate]. exists v, texts. split; [reflexivity|].
    destruct (read_operators _ texts) as [Ws|]; [|discriminate].
    exact (learns_grows p held _ _ v G (shows_learns _ _ _ H)).
Qed.
End Certificate.

(** What a coalition learns, in terms of the protocol's states. *)
Definition state_learns (K : scalars) (p : protocol) (c : coalition) (v : learned) : Prop :=
  let n := 1 + 2 * size c in let V := encode K (size c) p in
  match v with
  | Nothing => hides K n V (mask c)
  | Component L => leaks_exactly K n (power_of_two K (List.length p + size c)) V (mask c) L
  | Everything => recovers_isometrically K n V (mask c)
  end.

(** For every uniform protocol, what is shown with operators is true of states. *)
Theorem learns_is_about_states K p c v : learns p c v -> state_learns K p c v.
Proof.
  destruct v as [|L|]; cbn; [apply uninformative_hides | apply leaks_leaks_exactly | apply authorized_recovers].
Qed.
