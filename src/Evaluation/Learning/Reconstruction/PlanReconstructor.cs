using Cluster.Coordinator.Work;
using Cluster.Evaluation.Artefacts;
using Cluster.Evaluation.Measuring;
using Cluster.Evaluation.Setup;
using Cluster.Kernels.Data;
using Cluster.Kernels.Evaluation;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Learning;
using Cluster.Kernels.Learning.Parallel;
using Cluster.Kernels.Learning.Reconstruction;
using Cluster.Kernels.Plans;
using Cluster.Plans;
using Cluster.Storage.Files;
using Cluster.Storage.Locks;

namespace Cluster.Evaluation.Learning.Reconstruction;

/// <summary>
/// Learns the roundings of a plan and judges them by the file: with what was learned the plan is built as any other,
/// biases corrected where the plan says so, and run in the target on the evaluation images.
/// </summary>
internal sealed class PlanReconstructor(EvaluationSetup setup, AccuracyMeasurer accuracy)
{
    /// <summary>Learns, chooses blocks, builds, gates and compares.</summary>
    /// <param name="rounding">How weights are rounded, in the word of a plan.</param>
    /// <param name="folder">Finished blocks are kept there; the same call resumes after them.</param>
    /// <param name="heldOutSeed">
    /// From which the images are drawn that only decide what is kept, stratified by label; null: the last ones of the set.
    /// </param>
    /// <param name="share">The shared machine lock, which learning yields between two iterations to a waiting
    /// timer.</param>
    /// <exception cref="Kernels.KernelException">The network or the images cannot be reconstructed.</exception>
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
        var before = accuracy.Score(setup.Builder.Build(plan, cancellation).Bytes, cancellation);
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

            // Biases are corrected for the roundings that were learned, and then belong to them.
            var corrected = setup.Builder.Build(decided, cancellation, corrections: null, numbers).Network!.CorrectedBiases;
            numbers = numbers with { Biases = corrected };
            var built = setup.Builder.Build(decided, cancellation, corrected, numbers);
            return new Trial(numbers, decided, built, accuracy.Score(built.Bytes, cancellation));
        }
    }

    /// <summary>Learns, and judges by the losses of blocks alone.</summary>
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

    // What is held out are the last images of those that a reconstruction is given.
    private static ImageBatches Images(ImageBatches calibration, ReconstructionOptions options, long? heldOutSeed) =>
        heldOutSeed is { } seed && calibration.Images.Count > 1
            ? calibration with
            {
                Images = StratifiedSubset.WithLast(calibration.Images, options.HeldOut(calibration.Images.Count), seed),
            }
            : calibration;

    /// <summary>What a reconstruction of a plan begins with.</summary>
    public static ReconstructionStart Start(EvaluationSetup setup, Plan plan) =>
        ReconstructionStart.Of(setup.Resolver.Resolve(setup.Translator.Settings(plan)));

    private Plan Decided(Plan plan, LearnedParameters learned, string rounding)
    {
        var groups = setup.Network.Grouped.Groups
            .Where(group => group.Nodes.Any(node => learned.Weights.ContainsKey(node.Name)))
            .Select(group => group.Name)
            .ToHashSet(StringComparer.Ordinal);

        // What the plan had before belongs to the learned numbers, too.
        return new Plan(plan.Target, [.. plan.Groups.Select(
            group => group with { Rounding = groups.Contains(group.Group) ? rounding : group.RoundingMethod })]);
    }

    private sealed record Trial(LearnedParameters Learned, Plan Plan, BuiltArtefact After, RuntimeScore Score);
}
