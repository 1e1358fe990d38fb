(** Any uniform protocol: what a coalition learns it still learns with two more pairs like one that is there, and the order
    of pairs does not matter.

    So what every coalition learns, for every n, follows from coalitions with at most two pairs of each kind. *)

From Coq Require Import Bool List Arith Lia Permutation Btauto.
From NoClone Require Import Pauli Family Classification Vectors FamilyStates.
Import ListNotations.

(** ** Reshaping the pairs *)

(** The same on A, and [f] of the letters on the pairs. *)
Definition reshape (f : list letter -> list letter) (W : pauli) : pauli :=
  Pauli (factor W) (match at_each W with x :: a => x :: f a | [] => [] end).

Section Reshaping.
Variables (n n' : nat) (f g : list letter -> list letter).
Hypothesis keeps_crossings : forall a b, length a = 2 * n -> length b = 2 * n -> crossings (f a) (f b) = crossings a b.
Hypothesis keeps_products : forall a b, length a = 2 * n -> length b = 2 * n -> plus_all (f a) (f b) = f (plus_all a b).
Hypothesis keeps_rotations : forall s t, f (on_pairs n s t) = on_pairs n' s t.
Hypothesis keeps_stabilizers : forall ts, length ts = n -> f (doubled ts) = doubled (g ts) /\ length (g ts) = n'.
Hypothesis keeps_length : forall a, length a = 2 * n -> length (f a) = 2 * n'.

Lemma same_up_to_sign (p q : phase) : snd p = snd q -> exists m, p = times (sign m) q.
Proof.
  destruct p as [p1 p2], q as [q1 q2]; simpl; intros ->. exists (xorb p1 q1).
  unfold times, sign; simpl. f_equal; destruct p1, q1, q2; reflexivity.
Qed.

Lemma reshaped_rotation r : exists m, rotation_at n' r = scaled (sign m) (reshape f (rotation_at n r)).
Proof.
  pose proof (word_hermitian (negative r) (on_a r :: on_pairs n (on_s r) (on_n r))) as H.
  pose proof (word_hermitian (negative r) (on_a r :: on_pairs n' (on_s r) (on_n r))) as H'.
  unfold hermitian in H, H'; cbn [word at_each] in H, H'. rewrite <- keeps_rotations in H'. cbn [crossings] in H, H'.
  rewrite keeps_crossings in H' by apply on_pairs_length. rewrite keeps_rotations in H'. rewrite <- H in H'.
  destruct (same_up_to_sign _ _ H') as [m E]. exists m. unfold scaled, reshape, rotation_at. cbn [at_each word factor] in *.
  rewrite keeps_rotations. unfold word. f_equal. exact E.
Qed.

Lemma reshaped_length W : length (at_each W) = 1 + 2 * n -> length (at_each (reshape f W)) = 1 + 2 * n'.
Proof. destruct W as [k [|x a]]; simpl; intro H; [lia|]. rewrite keeps_length; lia. Qed.

(** Pulling back a reshaped operator gives the reshaped result, up to a sign. *)
Lemma pull_back_reshaped p W :
  length (at_each W) = 1 + 2 * n ->
  exists m, pull_back n' p (reshape f W) = scaled (sign m) (reshape f (pull_back n p W)).
Proof.
  intro LW; induction p as [|r p [m IH]]; cbn [pull_back].
  - exists false. unfold scaled. destruct (reshape f W) as [[[|] [|]] a]; reflexivity.
  - rewrite IH. destruct (reshaped_rotation r) as [q Q]. rewrite Q.
    pose proof (pull_back_length n p W LW) as LU. set (U := pull_back n p W) in *. clearbody U. clear IH LW W.
    destruct U as [k [|x a]]; [discriminate|]. cbn [at_each length] in LU.
    assert (La : length a = 2 * n) by lia. pose proof (on_pairs_length n (on_s r) (on_n r)) as Lr.
    unfold pull_rotation, scaled, reshape, rotation_at, word, multiply. cbn [at_each factor crossings plus_all].
    set (k' := times (sign (negative r)) _). clearbody k'.
    rewrite !anticommute_cons. unfold anticommute. rewrite !keeps_crossings by assumption.
    destruct (xorb _ (xorb _ _)); cbn [at_each factor].
    + exists (xorb m q). rewrite keeps_products by assumption. f_equal.
      destruct k as [[|] [|]], m, q, k' as [[|] [|]], (xorb (snd (on_a r) && fst x)
        (crossings (on_pairs n (on_s r) (on_n r)) a)); reflexivity.
    + exists m. reflexivity.
Qed.

Lemma pull_back_scaled N p q W : pull_back N p (scaled q W) = scaled q (pull_back N p W).
Proof.
  induction p as [|r p IH]; cbn [pull_back]; [reflexivity|]. rewrite IH. unfold pull_rotation. cbn [at_each scaled].
  destruct (anticommute _ _); [|reflexivity]. unfold multiply, scaled; cbn [at_each factor]. f_equal.
  destruct q as [[|] [|]], (factor (rotation_at N r)) as [[|] [|]], (factor (pull_back N p W)) as [[|] [|]],
    (crossings (at_each (rotation_at N r)) (at_each (pull_back N p W))); reflexivity.
Qed.

(** Some sign of a reshaped representative represents the same. *)
Lemma represents_reshaped p W L :
  represents n p W L -> exists m, represents n' p (scaled (sign m) (reshape f W)) L.
Proof.
  intros [LW [ts [T E]]]. destruct (pull_back_reshaped p W LW) as [m H]. exists m. split.
  - cbn [scaled at_each]. apply reshaped_length, LW.
  - destruct (keeps_stabilizers ts T) as [S1 S2]. exists (g ts). split; [exact S2|].
    rewrite pull_back_scaled, H, E, !logical_and_stabilizers_form. unfold reshape, scaled; cbn [at_each factor]. rewrite S1.
    f_equal. destruct m, (fst L && snd L); reflexivity.
Qed.
End Reshaping.

(** ** Two pairs exchanged *)

Fixpoint swap {A} (j : nat) (l : list A) : list A :=
  match j, l with
  | O, x :: y :: l => y :: x :: l
  | S j, x :: l => x :: swap j l
  | _, l => l
  end.

Fixpoint swap_pairs (j : nat) (a : list letter) : list letter :=
  match j, a with
  | O, s :: t :: s' :: t' :: a => s' :: t' :: s :: t :: a
  | S j, s :: t :: a => s :: t :: swap_pairs j a
  | _, a => a
  end.

Lemma swap_pairs_length j a : length (swap_pairs j a) = length a.
Proof. revert a; induction j as [|j IH]; intros [|s [|t [|s' [|t' a]]]]; simpl; rewrite ?IH; reflexivity. Qed.

Lemma swap_pairs_crossings j a b :
  length a = length b -> crossings (swap_pairs j a) (swap_pairs j b) = crossings a b.
Proof.
  revert a b; induction j as [|j IH]; intros [|s [|t a]] [|u [|v b]] H; try discriminate; try reflexivity.
  - destruct a as [|s' [|t' a]], b as [|u' [|v' b]]; try discriminate; try reflexivity. simpl. btauto.
  - simpl. rewrite IH by (simpl in H; lia). reflexivity.
Qed.

Lemma swap_pairs_products j a b :
  length a = length b -> plus_all (swap_pairs j a) (swap_pairs j b) = swap_pairs j (plus_all a b).
Proof.
  revert a b; induction j as [|j IH]; intros [|s [|t a]] [|u [|v b]] H; try discriminate; try reflexivity.
  - destruct a as [|s' [|t' a]], b as [|u' [|v' b]]; try discriminate; reflexivity.
  - simpl. rewrite IH by (simpl in H; lia). reflexivity.
Qed.

Lemma swap_pairs_rotations j n s t : swap_pairs j (on_pairs n s t) = on_pairs n s t.
Proof.
  revert n; induction j as [|j IH]; [intros [|[|n]]; reflexivity | intros [|n]; [reflexivity|]]. simpl. rewrite IH. reflexivity.
Qed.

Lemma swap_length {A} j (l : list A) : length (swap j l) = length l.
Proof.
  revert l; induction j as [|j IH]; [intros [|x [|y l]]; reflexivity | intros [|x l]; [reflexivity|]]. simpl. rewrite IH. reflexivity.
Qed.

Lemma swap_pairs_doubled j ts : swap_pairs j (doubled ts) = doubled (swap j ts).
Proof.
  revert ts; induction j as [|j IH]; [intros [|t [|u ts]]; reflexivity | intros [|t ts]; [reflexivity|]]. simpl. rewrite IH. reflexivity.
Qed.

Lemma swap_pairs_supported j ks a :
  length a = 2 * length ks -> supported (mask_of_pairs (swap j ks)) (swap_pairs j a) = supported (mask_of_pairs ks) a.
Proof.
  revert ks a; induction j as [|j IH]; intros [|k ks] a H.
  - destruct a; [reflexivity | discriminate].
  - destruct ks as [|k' ks]; destruct a as [|s [|t [|s' [|t' a]]]]; simpl in H; try lia; [reflexivity|]. simpl. btauto.
  - destruct a; [reflexivity | discriminate].
  - destruct a as [|s [|t a]]; simpl in H; try lia. simpl. rewrite IH by lia. reflexivity.
Qed.

Lemma reads_swapped p a ks j L : reads p (Coalition a ks) L -> reads p (Coalition a (swap j ks)) L.
Proof.
  intros [W [S R]]. unfold size in R; cbn [kinds] in R.
  destruct (represents_reshaped (length ks) (length ks) (swap_pairs j) (swap j)) with (p := p) (W := W) (L := L) as [m H].
  - intros; apply swap_pairs_crossings; lia.
  - intros; apply swap_pairs_products; lia.
  - intros; apply swap_pairs_rotations.
  - intros ts T. split; [apply swap_pairs_doubled | rewrite swap_length; exact T].
  - intros b Lb. rewrite swap_pairs_length. exact Lb.
  - exact R.
  - exists (scaled (sign m) (reshape (swap_pairs j) W)). unfold size; cbn [kinds]. rewrite swap_length. split; [|exact H].
    destruct W as [k [|x b]]; [discriminate S|]. destruct R as [LW _]. cbn [at_each length] in LW.
    cbn [scaled reshape at_each mask holds_a kinds supported] in *. rewrite swap_pairs_supported by lia. exact S.
Qed.

(** ** A pair copied twice *)

Definition copy_head (a : list letter) : list letter :=
  match a with s :: t :: a => s :: t :: s :: t :: s :: t :: a | a => a end.

Lemma reads_copied p a k ks L : reads p (Coalition a (k :: ks)) L -> reads p (Coalition a (k :: k :: k :: ks)) L.
Proof.
  intros [W [Sup R]]. unfold size in R; cbn [kinds length] in R.
  destruct (represents_reshaped (S (length ks)) (S (S (S (length ks)))) copy_head
    (fun ts => match ts with t :: ts => t :: t :: t :: ts | [] => [] end)) with (p := p) (W := W) (L := L) as [m H].
  - intros [|s [|t b]] [|u [|v c]] H1 H2; cbn [length] in *; try lia. simpl. btauto.
  - intros [|s [|t b]] [|u [|v c]] H1 H2; cbn [length] in *; try lia. reflexivity.
  - reflexivity.
  - intros [|t ts] T; [discriminate|]. split; [reflexivity | cbn [length] in *; lia].
  - intros [|s [|t b]] H1; cbn [length copy_head] in *; lia.
  - exact R.
  - exists (scaled (sign m) (reshape copy_head W)). unfold size; cbn [kinds length]. split; [|exact H].
    destruct W as [q [|x [|s [|t b]]]]; destruct R as [LW _]; cbn [at_each length] in LW; try lia.
    cbn [scaled reshape at_each mask holds_a kinds supported mask_of_pairs copy_head] in *.
    apply andb_prop in Sup as [S1 S2]. apply andb_prop in S2 as [S2 S3]. apply andb_prop in S3 as [S3 S4].
    rewrite S1, S2, S3, S4. reflexivity.
Qed.

(** ** Growing *)

(** [grows l l']: from l by permuting, and by copying a pair twice, any number of times. *)
Inductive grows (l : list kind) : list kind -> Prop :=
  | grown : grows l l
  | permuted l' l'' : grows l l' -> Permutation l' l'' -> grows l l''
  | copied k l' : grows l (k :: l') -> grows l (k :: k :: k :: l').

Inductive rearranged {A} (l : list A) : list A -> Prop :=
  | arranged : rearranged l l
  | swapped l' j : rearranged l l' -> rearranged l (swap j l').

Lemma rearranged_trans {A} (l l' l'' : list A) : rearranged l l' -> rearranged l' l'' -> rearranged l l''.
Proof. intros H H'; induction H' as [|m j H' IH]; [exact H | apply swapped, IH]. Qed.

Lemma permutation_rearranged {A} (l l' : list A) : Permutation l l' -> rearranged l l'.
Proof.
  induction 1 as [|x l l' _ IH|x y l|l l' l'' _ IH _ IH']; [constructor | | | exact (rearranged_trans _ _ _ IH IH')].
  - clear -IH. induction IH as [|m j H IH]; [constructor|]. exact (swapped _ _ (S j) IH).
  - exact (swapped _ _ 0 (arranged _)).
Qed.

(** The order of the pairs does not matter. *)
Theorem reads_permuted p a ks ks' L : Permutation ks ks' -> reads p (Coalition a ks) L -> reads p (Coalition a ks') L.
Proof. intros P H. apply permutation_rearranged in P. induction P as [|m j P IH]; [exact H | apply reads_swapped, IH]. Qed.

(** Whoever reads a component still reads it with two more pairs like one that is there, held as that one is. *)
Theorem reads_grows p a ks ks' L : grows ks ks' -> reads p (Coalition a ks) L -> reads p (Coalition a ks') L.
Proof.
  intros G H. induction G as [|l' l'' G IH P|k l' G IH]; [exact H | exact (reads_permuted _ _ _ _ _ P IH) | apply reads_copied, IH].
Qed.

Lemma grows_other ks ks' : grows ks ks' -> grows (map other ks) (map other ks').
Proof.
  induction 1 as [|l' l'' G IH P|k l' G IH]; [constructor | | apply (copied _ (other k)), IH].
  exact (permuted _ _ _ IH (Permutation_map other P)).
Qed.

(** What a coalition learns: nothing, exactly one component, or everything. *)
Inductive learned := Nothing | Component (L : letter) | Everything.

Definition learns (p : protocol) (c : coalition) (v : learned) : Prop :=
  match v with Nothing => uninformative p c | Component L => leaks p c L | Everything => authorized p c end.

(** What a coalition learns it still learns with two more pairs like one that is there, for every uniform protocol. *)
Theorem learns_grows p a ks ks' v : grows ks ks' -> learns p (Coalition a ks) v -> learns p (Coalition a ks') v.
Proof.
  intros G. pose proof (grows_other _ _ G) as G'. destruct v as [|L|]; cbn.
  - intros [HX HZ]. split; eapply reads_grows; eauto.
  - intros [D [H H']]. split; [exact D|]. split; eapply reads_grows; eauto.
  - intros [HX HZ]. split; eapply reads_grows; eauto.
Qed.
