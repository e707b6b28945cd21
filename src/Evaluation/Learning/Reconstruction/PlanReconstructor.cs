using Cluster.Learning.Parallel;

namespace Cluster.Evaluation.Learning.Reconstruction;

/// <summary>
/// Learns the roundings of a plan and judges them by the file: the plan is built with the learned numbers like any other, biases corrected
/// if the plan says so, and run in the target on the evaluation images.
/// </summary>
internal sealed class PlanReconstructor(EvaluationSetup setup, AccuracyMeasurer accuracy)
{
    /// <summary>Learns, chooses blocks, builds, gates and compares.</summary>
    /// <param name="rounding">The rounding method, by its name in plans.</param>
    /// <param name="folder">Stores finished blocks; the same call resumes after them.</param>
    /// <param name="heldOutSeed">
    /// Seed for choosing the held-out images, which only decide what is kept, stratified by label; null: the last ones of the set.
    /// </param>
    /// <param name="share">The shared machine lock, which learning yields between two iterations to a waiting timer.</param>
    /// <exception cref="Networks.KernelException">The network or the images cannot be reconstructed.</exception>
    public ReconstructionOutcome Run(
        Plan plan,
        string rounding,
        ReconstructionOptions options,
        string folder,
        IProgress<ReconstructionProgress>? progress,
        CancellationToken cancellation,
        MachineShare? share = null,
        long? heldOutSeed = null)
    {
        var result = Learn(setup, plan, options, folder, progress, share, heldOutSeed, cancellation);
        var before = accuracy.Score(setup.Builder.Build(plan, cancellation).File, cancellation);
        var tried = new Dictionary<IReadOnlySet<string>, Trial>(ReferenceEqualityComparer.Instance);
        var (blocks, evaluations) = BlockChoice.Choose(
            result.Blocks, BlockScore.Of(before), chosen => BlockScore.Of((tried[chosen] = Try(chosen)).Score));
        var (learned, learnedPlan, after, score) = tried.TryGetValue(blocks, out var best) ? best : Try(blocks);
        var parity = setup.Parity.Check(after, cancellation)!;
        return new ReconstructionOutcome(
            learnedPlan, learned, after, before, score, parity,
            [.. result.Blocks.Select(block => new ReconstructedBlock(
                block.Name, block.Phase, block.NearestLoss, block.LearnedLoss, block.Kept && blocks.Contains(block.Name),
                block.Kept && !blocks.Contains(block.Name), block.Iterations, block.Seconds))],
            evaluations);

        Trial Try(IReadOnlySet<string> chosen)
        {
            var own = LearnedBlocks.Only(setup.Network.Grouped, options, result.Parameters, chosen);
            var decided = Decided(plan, own, rounding);
            var numbers = setup.Repairs.Under(plan, own);

            // Biases are corrected for the learned roundings, and then belong to them.
            var corrected = setup.Builder.Build(decided, cancellation, corrections: null, numbers).Network!.CorrectedBiases;
            numbers = numbers with { Biases = corrected };
            var built = setup.Builder.Build(decided, cancellation, corrected, numbers);
            return new Trial(numbers, decided, built, accuracy.Score(built.File, cancellation));
        }
    }

    /// <summary>Learns, and judges only by the losses of blocks.</summary>
    /// <inheritdoc cref="Run"/>
    public static ReconstructionResult Learn(
        EvaluationSetup setup,
        Plan plan,
        ReconstructionOptions options,
        string folder,
        IProgress<ReconstructionProgress>? progress,
        MachineShare? share,
        long? heldOutSeed,
        CancellationToken cancellation) => Reconstructor.Run(
            setup.Network.Grouped,
            Start(setup, plan),
            Images(setup.Calibration, options, heldOutSeed),
            options,
            new StateFolder(folder, AtomicFile.Write),
            progress,
            share?.Clock ?? TimeProvider.System,
            cancellation,
            share is null ? null : new Yielding(() => share.IsAwaited, () => share.GiveWay(cancellation)));

    // A reconstruction holds out the last of the images that it is given.
    private static ImageBatches Images(ImageBatches calibration, ReconstructionOptions options, long? heldOutSeed) =>
        heldOutSeed is { } seed && calibration.Images.Count > 1
            ? calibration with
            {
                Images = StratifiedSubset.WithLast(calibration.Images, options.HeldOut(calibration.Images.Count), seed),
            }
            : calibration;

    /// <summary>The start of a plan's reconstruction.</summary>
    public static ReconstructionStart Start(EvaluationSetup setup, Plan plan) =>
        ReconstructionStart.Of(setup.Resolver.Resolve(setup.Translator.Settings(plan)));

    private Plan Decided(Plan plan, LearnedParameters learned, string rounding)
    {
        var groups = setup.Network.Grouped.Groups
            .Where(group => group.Nodes.Any(node => learned.Weights.ContainsKey(node.Name)))
            .Select(group => group.Name)
            .ToHashSet(StringComparer.Ordinal);

        // The plan's earlier numbers belong to the learned ones, too.
        return new Plan(plan.Target, [.. plan.Groups.Select(
            group => group with { Rounding = groups.Contains(group.Group) ? rounding : group.RoundingMethod })]);
    }

    private sealed record Trial(LearnedParameters Learned, Plan Plan, BuiltArtefact After, RuntimeScore Score);
}

/// <summary>The outcome of learning a plan's roundings, measured on the files before and after.</summary>
/// <param name="Plan">The plan with the learned numbers: the same precision of every group.</param>
/// <param name="Learned">Complete: with its biases the file is built without reading an image.</param>
internal sealed record ReconstructionOutcome(
    Plan Plan,
    LearnedParameters Learned,
    BuiltArtefact After,
    RuntimeScore ScoreBefore,
    RuntimeScore ScoreAfter,
    ParityReport Parity,
    IReadOnlyList<ReconstructedBlock> Blocks,
    int Evaluations);
