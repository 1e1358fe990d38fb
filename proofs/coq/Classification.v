(** Encrypted cloning: who reads, restores or learns nothing, for every n and every coalition.

    One closed form, the universal witness, covers every case: choose a letter Q and one letter t per pair; then L+Q on A,
    Q+t on S and t on N represents L as soon as two parities agree. Support decides t (nothing on what is not held).
    The negative directions need no search: the three verdicts exclude each other, and the rules cover everything. *)

From Coq Require Import Bool List Arith Lia.
From NoClone Require Import Pauli Family.
Import ListNotations.

(** ** The universal witness *)

Fixpoint halves (Q : letter) (ts : list letter) : list letter :=
  match ts with
  | [] => []
  | t :: ts => plus Q t :: t :: halves Q ts
  end.

Fixpoint sum (ts : list letter) : letter :=
  match ts with
  | [] => I
  | t :: ts => plus t (sum ts)
  end.

(** i to the [L = Y] - x(Q) + z(Q). *)
Definition universal_phase (L Q : letter) : phase :=
  times (if fst L && snd L then imaginary else unit_phase)
        (times (if fst Q then (true, true) else unit_phase) (if snd Q then imaginary else unit_phase)).

Definition universal (L Q : letter) (ts : list letter) : pauli :=
  Pauli (universal_phase L Q) (plus L Q :: halves Q ts).

Fixpoint odd (n : nat) : bool := match n with 0 => false | S n => negb (odd n) end.

(** The two parities. *)
Definition agrees (L Q : letter) (ts : list letter) : bool :=
  eqb (fst Q) (xorb (snd L) (xorb (negb (odd (length ts)) && snd Q) (snd (sum ts)))) &&
  eqb (snd Q) (xorb (fst L) (fst (sum ts))).

Lemma halves_length Q ts : length (halves Q ts) = 2 * length ts.
Proof. induction ts; simpl; [|rewrite IHts]; lia. Qed.

Lemma halves_identity ts : halves I ts = doubled ts.
Proof. induction ts as [|t ts IH]; simpl; [reflexivity|]. rewrite IH; letters; reflexivity. Qed.

Lemma add_to_halves s Q ts : plus_all (on_pairs (length ts) s I) (halves Q ts) = halves (plus s Q) ts.
Proof. induction ts as [|t ts IH]; simpl; [reflexivity|]. rewrite IH. f_equal; [|f_equal]; letters; reflexivity. Qed.

Lemma crossings_pairs s Q ts :
  crossings (on_pairs (length ts) s I) (halves Q ts)
  = snd s && xorb (odd (length ts) && fst Q) (fst (sum ts)).
Proof.
  induction ts as [|t ts IH]; simpl; [now rewrite !andb_false_r|]. rewrite IH.
  destruct (sum ts) as [[|] [|]], (odd (length ts)); letters; reflexivity.
Qed.

Lemma anticommute_pairs s Q ts :
  anticommute (on_pairs (length ts) s I) (halves Q ts)
  = letters_anticommute s (plus (odd (length ts) && fst Q, odd (length ts) && snd Q) (sum ts)).
Proof.
  induction ts as [|t ts IH]; simpl; [letters; reflexivity|]. rewrite !anticommute_cons, IH.
  destruct (sum ts) as [[|] [|]], (odd (length ts)); letters; reflexivity.
Qed.

Lemma pairs_without_y n s : s = X \/ s = Z -> phase_of_ys (on_pairs n s I) = unit_phase.
Proof. intros [-> | ->]; induction n; simpl; auto. Qed.

Lemma stabilizers_phase ts : times (sign (odd_ys ts)) (phase_of_ys (doubled ts)) = unit_phase.
Proof.
  induction ts as [|t ts IH]; [reflexivity|]. simpl.
  destruct (odd_ys ts), (phase_of_ys (doubled ts)) as [[|] [|]]; letters; cbv in *; congruence.
Qed.

Lemma logical_and_stabilizers_form L ts :
  logical_and_stabilizers L ts = Pauli (if fst L && snd L then imaginary else unit_phase) (L :: doubled ts).
Proof.
  unfold logical_and_stabilizers, word; simpl. f_equal. pose proof (stabilizers_phase ts) as E.
  destruct (odd_ys ts), (phase_of_ys (doubled ts)) as [[|] [|]]; letters; cbv in *; congruence.
Qed.

(** Undoing the rotation about X (or Z) on A and all S, on an operator of the universal shape. *)
Lemma pull_one s k a Q ts :
  s = X \/ s = Z ->
  pull_rotation (rotation_at (length ts) (Rotation false s s I)) (Pauli k (a :: halves Q ts)) =
  if letters_anticommute s (plus a (plus (odd (length ts) && fst Q, odd (length ts) && snd Q) (sum ts)))
  then Pauli (times imaginary (times k (sign (snd s &&
         xorb (fst a) (xorb (odd (length ts) && fst Q) (fst (sum ts))))))) (plus s a :: halves (plus s Q) ts)
  else Pauli k (a :: halves Q ts).
Proof.
  intro E. unfold pull_rotation, rotation_at, word; simpl.
  rewrite anticommute_cons, anticommute_pairs.
  replace (xorb _ _) with
    (letters_anticommute s (plus a (plus (odd (length ts) && fst Q, odd (length ts) && snd Q) (sum ts))))
    by (destruct (sum ts) as [[|] [|]], (odd (length ts)); letters; reflexivity).
  destruct (letters_anticommute _ _); [|reflexivity].
  unfold multiply, scaled; simpl. rewrite pairs_without_y, crossings_pairs, add_to_halves by exact E.
  f_equal. destruct E as [-> | ->]; simpl; rewrite ?times_unit; reflexivity.
Qed.

(** The universal witness represents L if the two parities agree: for every n. *)
Theorem universal_represents L Q ts :
  agrees L Q ts = true -> represents (length ts) encrypted_cloning (universal L Q ts) L.
Proof.
  intro E. split; [simpl; rewrite halves_length; lia|]. exists ts; split; [reflexivity|].
  rewrite logical_and_stabilizers_form. unfold encrypted_cloning, universal, agrees in *; cbn [pull_back].
  rewrite pull_one by (left; reflexivity). rewrite <- halves_identity.
  destruct (sum ts) as [u v] eqn:T.
  assert (U : forall k a R, pull_rotation (rotation_at (length ts) (Rotation false Z Z I)) (Pauli k (a :: halves R ts)) =
    if letters_anticommute Z (plus a (plus (odd (length ts) && fst R, odd (length ts) && snd R) (u, v)))
    then Pauli (times imaginary (times k (sign (snd Z &&
         xorb (fst a) (xorb (odd (length ts) && fst R) (fst (u, v))))))) (plus Z a :: halves (plus Z R) ts)
    else Pauli k (a :: halves R ts)) by (intros; rewrite pull_one by (right; reflexivity); rewrite T; reflexivity).
  destruct L as [[|] [|]], Q as [[|] [|]], u, v, (odd (length ts)); cbv in E; try discriminate E; clear E;
    cbn; try rewrite U; reflexivity.
Qed.

(** ** Which letters fit a coalition *)

(** A fresh letter for the first full pair; nothing on what is not held: I for t without N, Q+t = I without S. *)
Fixpoint fill (Q f : letter) (ks : list kind) : list letter :=
  match ks with
  | [] => []
  | both :: ks => f :: fill Q I ks
  | only_n :: ks => Q :: fill Q f ks
  | (only_s | neither) :: ks => I :: fill Q f ks
  end.

(** How many pairs are held in a given way. *)
Definition same_kind (k k' : kind) : bool :=
  match k, k' with
  | both, both | only_s, only_s | only_n, only_n | neither, neither => true
  | _, _ => false
  end.
Fixpoint count (k : kind) (ks : list kind) : nat :=
  match ks with
  | [] => 0
  | k' :: ks => (if same_kind k k' then 1 else 0) + count k ks
  end.

Lemma fill_length Q f ks : length (fill Q f ks) = length ks.
Proof. revert f; induction ks as [|[] ks IH]; intro f; simpl; rewrite ?IH; reflexivity. Qed.

Lemma fill_supported Q f ks :
  (count neither ks = 0 \/ Q = I) -> supported (mask_of_pairs ks) (halves Q (fill Q f ks)) = true.
Proof.
  revert f; induction ks as [|[] ks IH]; intros f H; simpl in *; rewrite ?IH by (destruct H; [left; lia | auto]);
    try reflexivity.
  - letters; reflexivity.
  - destruct H as [H| ->]; [lia | reflexivity].
Qed.

Lemma fill_sum Q f ks :
  sum (fill Q f ks) =
  plus (if count both ks =? 0 then I else f) (odd (count only_n ks) && fst Q, odd (count only_n ks) && snd Q).
Proof.
  revert f; induction ks as [|[] ks IH]; intro f; simpl; rewrite ?IH; [reflexivity| | | |];
    destruct (count both ks =? 0), (odd (count only_n ks)); letters; reflexivity.
Qed.

Lemma count_total ks : length ks = count both ks + count only_s ks + count only_n ks + count neither ks.
Proof. induction ks as [|[] ks IH]; simpl; lia. Qed.

Lemma count_other k ks : count k (map other ks) = count (other k) ks.
Proof. induction ks as [|[] ks IH]; destruct k; simpl in *; congruence. Qed.

Lemma odd_add a b : odd (a + b) = xorb (odd a) (odd b).
Proof. induction a as [|a IH]; simpl; [now destruct (odd b)|]. rewrite IH; destruct (odd a), (odd b); reflexivity. Qed.

(** ** The rules: theory as a table, for a coalition with f, s, t, z pairs of each kind *)

Definition authorized_rule (c : coalition) : bool :=
  let f := count both (kinds c) in let s := count only_s (kinds c) in
  let t := count only_n (kinds c) in let z := count neither (kinds c) in
  if holds_a c
  then negb (f =? 0) || ((z =? 0) && negb (negb (odd s) && odd t))
  else negb (f =? 0) && (z =? 0).

Definition leaks_y_rule (c : coalition) : bool :=
  let f := count both (kinds c) in let s := count only_s (kinds c) in
  let t := count only_n (kinds c) in let z := count neither (kinds c) in
  (f =? 0) && (z =? 0) && if holds_a c then negb (odd s) && odd t else odd s && negb (odd t).

Definition uninformative_rule (c : coalition) : bool :=
  if holds_a c
  then (count both (kinds c) =? 0) && negb (count neither (kinds c) =? 0)
  else negb (authorized_rule c) && negb (leaks_y_rule c).

(** ** The closed form for a coalition: Q, and the letter on the first full pair *)

Definition chosen (c : coalition) (L : letter) : letter * letter :=
  let f := count both (kinds c) in let s := count only_s (kinds c) in let t := count only_n (kinds c) in
  if negb (f =? 0) then
    if holds_a c then (I, L)
    else let Q := L in
         (Q, plus (odd t && fst Q, odd t && snd Q)
                  (xorb (fst L) (snd Q), xorb (xorb (fst Q) (snd L)) (negb (odd (size c)) && snd Q)))
  else if negb (holds_a c) then (Y, I)
  else match odd s, odd t, L with
       | true, false, (true, _) => (Z, I)
       | true, false, _ => (X, I)
       | true, true, (true, _) => (Z, I)
       | true, true, _ => (Y, I)
       | false, false, (true, _) => (Y, I)
       | false, false, _ => (X, I)
       | false, true, _ => (X, I)
       end.

(** The operator on the coalition that represents L, when there is one: executable, linear in n. *)
Definition witness (c : coalition) (L : letter) : pauli :=
  let (Q, f) := chosen c L in universal L Q (fill Q f (kinds c)).

Lemma witness_reads c L (Q f : letter) :
  (holds_a c = true \/ Q = L) -> (count neither (kinds c) = 0 \/ Q = I) ->
  agrees L Q (fill Q f (kinds c)) = true ->
  let W := universal L Q (fill Q f (kinds c)) in
  supported (mask c) (at_each W) = true /\ represents (size c) encrypted_cloning W L.
Proof.
  intros A N E W. split.
  - unfold W, mask; simpl. rewrite fill_supported by exact N. rewrite andb_true_r.
    destruct A as [-> | ->]; [reflexivity|]. destruct (holds_a c); letters; reflexivity.
  - unfold size. rewrite <- (fill_length Q f). apply universal_represents, E.
Qed.

(** The closed form is a witness for X and for Z wherever the rule says authorized. *)
Theorem witness_of_authorized c L :
  authorized_rule c = true -> L = X \/ L = Z ->
  supported (mask c) (at_each (witness c L)) = true /\ represents (size c) encrypted_cloning (witness c L) L.
Proof.
  unfold authorized_rule, witness, chosen, size; intros R E.
  destruct (count both (kinds c) =? 0) eqn:F, (holds_a c) eqn:A; simpl in R; try discriminate R; simpl.
  - apply andb_prop in R as [N R]. apply Nat.eqb_eq in N. pose proof F as F'. apply Nat.eqb_eq in F'.
    destruct E as [-> | ->]; destruct (odd (count only_s (kinds c))) eqn:O, (odd (count only_n (kinds c))) eqn:P;
      simpl in R; try discriminate R; apply witness_reads; auto;
      unfold agrees; rewrite fill_length, fill_sum, count_total, !odd_add, F, F', N, O, P; reflexivity.
  - apply witness_reads; auto. unfold agrees; rewrite fill_length, fill_sum, F.
    destruct E as [-> | ->]; rewrite !andb_false_r; reflexivity.
  - apply Nat.eqb_eq in R. apply witness_reads; auto. unfold agrees; rewrite fill_length, fill_sum, F.
    destruct E as [-> | ->]; destruct (odd (length (kinds c))), (odd (count only_n (kinds c))); reflexivity.
Qed.

(** The closed form is a witness for Y wherever the rule says that Y leaks. *)
Theorem witness_of_leak c :
  leaks_y_rule c = true ->
  supported (mask c) (at_each (witness c Y)) = true /\ represents (size c) encrypted_cloning (witness c Y) Y.
Proof.
  unfold leaks_y_rule, witness, chosen; intro R. apply andb_prop in R as [R P]. apply andb_prop in R as [F N].
  rewrite F; cbv [negb]. pose proof F as F'. apply Nat.eqb_eq in F'. apply Nat.eqb_eq in N.
  destruct (holds_a c) eqn:A; apply andb_prop in P as [O P]; cbv [negb];
    destruct (odd (count only_s (kinds c))) eqn:O', (odd (count only_n (kinds c))) eqn:P'; try discriminate;
    apply witness_reads; auto; unfold agrees;
    rewrite fill_length, fill_sum, count_total, !odd_add, F, F', N, O', P'; reflexivity.
Qed.

(** ** The complement, and the cover *)

Ltac rules :=
  unfold uninformative_rule, authorized_rule, leaks_y_rule; simpl; rewrite ?count_other; simpl.

Lemma uninformative_rule_is_complement c : uninformative_rule c = authorized_rule (complement c).
Proof.
  destruct c as [a ks]; rules.
  destruct a, (count both ks =? 0), (count neither ks =? 0), (odd (count only_s ks)), (odd (count only_n ks)); reflexivity.
Qed.

Lemma leaks_y_rule_of_complement c : leaks_y_rule (complement c) = leaks_y_rule c.
Proof.
  destruct c as [a ks]; rules.
  destruct a, (count both ks =? 0), (count neither ks =? 0), (odd (count only_s ks)), (odd (count only_n ks)); reflexivity.
Qed.

(** Every coalition falls under a rule. *)
Lemma rules_cover c : authorized_rule c = true \/ uninformative_rule c = true \/ leaks_y_rule c = true.
Proof.
  destruct c as [a ks]; rules.
  destruct a, (count both ks =? 0), (count neither ks =? 0), (odd (count only_s ks)), (odd (count only_n ks)); simpl; auto.
Qed.

Lemma rule_gives_authorized c : authorized_rule c = true -> authorized encrypted_cloning c.
Proof. intro R; split; eexists; apply (witness_of_authorized c); auto. Qed.

Lemma rule_gives_uninformative c : uninformative_rule c = true -> uninformative encrypted_cloning c.
Proof. rewrite uninformative_rule_is_complement. apply rule_gives_authorized. Qed.

Lemma rule_gives_leak c : leaks_y_rule c = true -> leaks encrypted_cloning c Y.
Proof.
  intro R. split; [discriminate|]. split; [exists (witness c Y) | exists (witness (complement c) Y)].
  - apply witness_of_leak, R.
  - apply witness_of_leak. rewrite leaks_y_rule_of_complement. exact R.
Qed.

(** ** The classification *)

(** For every n and every coalition, in any order of the pairs: it is authorized if and only if the rule says so
    (without A: at least one full pair and no pair of which it holds nothing; with A: at least one full pair, or
    something of every pair and not both an even number of lone S and an odd number of lone N). *)
Theorem authorized_iff c : authorized encrypted_cloning c <-> authorized_rule c = true.
Proof.
  split; [|apply rule_gives_authorized]. intro H. destruct (rules_cover c) as [R|[R|R]]; [exact R| |]; exfalso.
  - exact (authorized_not_uninformative _ _ H (rule_gives_uninformative c R)).
  - exact (authorized_not_leaks _ _ _ H (rule_gives_leak c R)).
Qed.

(** It is uninformative if and only if the rule says so (with A: no full pair and some pair of which it holds nothing;
    without A: whenever it neither is authorized nor leaks). *)
Theorem uninformative_iff c : uninformative encrypted_cloning c <-> uninformative_rule c = true.
Proof. rewrite uninformative_rule_is_complement. apply authorized_iff. Qed.

(** It leaks a component if and only if that component is Y and the rule says so (exactly one qubit of every pair, and:
    without A an odd number of S and an even number of N; with A an even number of S and an odd number of N). *)
Theorem leaks_iff c L : leaks encrypted_cloning c L <-> L = Y /\ leaks_y_rule c = true.
Proof.
  split; [|intros [-> R]; exact (rule_gives_leak c R)]. intro H. destruct (rules_cover c) as [R|[R|R]].
  - destruct (authorized_not_leaks _ _ _ (rule_gives_authorized c R) H).
  - destruct (uninformative_not_leaks _ _ _ (rule_gives_uninformative c R) H).
  - split; [exact (leaks_one _ _ _ _ H (rule_gives_leak c R)) | exact R].
Qed.

(** Every coalition is authorized, or uninformative, or leaks Y: there is no fourth case. *)
Theorem nothing_else c :
  authorized encrypted_cloning c \/ uninformative encrypted_cloning c \/ leaks encrypted_cloning c Y.
Proof.
  destruct (rules_cover c) as [R|[R|R]];
    [left; now apply authorized_iff | right; left; now apply uninformative_iff | right; right; now apply leaks_iff].
Qed.

(** The clones without the key, for every n: uninformative exactly for even n; for odd n they leak Y. *)
Corollary clones_without_key n :
  let c := Coalition false (repeat only_s n) in
  (uninformative encrypted_cloning c <-> odd n = false) /\ (leaks encrypted_cloning c Y <-> odd n = true).
Proof.
  assert (E : count both (repeat only_s n) = 0 /\ count only_s (repeat only_s n) = n /\
              count only_n (repeat only_s n) = 0 /\ count neither (repeat only_s n) = 0)
    by (induction n; simpl; lia).
  destruct E as [E1 [E2 [E3 E4]]]. split.
  - rewrite uninformative_iff. unfold uninformative_rule, authorized_rule, leaks_y_rule; simpl.
    rewrite E1, E2, E3, E4; simpl. destruct (odd n); simpl; intuition congruence.
  - rewrite leaks_iff. unfold leaks_y_rule; simpl. rewrite E1, E2, E3, E4; simpl. destruct (odd n); intuition.
Qed.
