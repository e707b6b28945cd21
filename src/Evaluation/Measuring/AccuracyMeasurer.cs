using System.Diagnostics;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Plans;
using Cluster.Coordinator.Work;
using Cluster.Evaluation.Artefacts;
using Cluster.Evaluation.Failures;
using Cluster.Evaluation.Measuring.Commands;
using Cluster.Evaluation.Setup;
using Cluster.Evaluation.Targets;
using Cluster.Kernels.Evaluation;
using Cluster.Kernels.Evaluation.Measurement;
using Cluster.Kernels.Execution;

namespace Cluster.Evaluation.Measuring;

/// <summary>Runs a candidate's file over the evaluation images and compares it with the labels and with FP32.</summary>
internal sealed class AccuracyMeasurer
{
    private readonly EvaluationSetup _setup;
    private readonly Lazy<float[]> _reference;
    private readonly MetricScorer _scorer;
    private readonly CommandScorer? _command;
    private readonly SearchSpace _space;

    public AccuracyMeasurer(EvaluationSetup setup)
    {
        _setup = setup;
        _reference = new(() => Float32Logits(setup, setup.Evaluation));
        _scorer = new(setup.Metric, setup.Network.FirstOutput);
        _command = setup.MetricCommand is { } command
            ? new(new MetricProgram(command), setup.Metric, setup.Network.FirstOutput, setup.Evaluation.Images, _reference)
            : null;
        _space = setup.Translator.Space();
    }

    public AccuracyResult Measure(AccuracyItem item, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        var artefact = _setup.Builder.Build(item.Plan, cancellation);
        var (images, reference, part) = Select(item.Images);
        float[] logits = item.Plan.IsBaseline ? reference : Logits(artefact.Bytes, images, cancellation);
        var score = Score(logits, images, reference, part);
        return Describe(item.Plan, artefact, score) with { Seconds = Stopwatch.GetElapsedTime(began).TotalSeconds };
    }

    /// <summary>The FP32 network's score on all evaluation images.</summary>
    public RuntimeScore Float32() => Score(_reference.Value, _setup.Evaluation, _reference.Value);

    /// <summary>The score of a file on all evaluation images.</summary>
    /// <exception cref="NotFiniteLogitsException">It gives NaN or infinity.</exception>
    public RuntimeScore Score(byte[] model, CancellationToken cancellation) => Score(Logits(model, _setup.Evaluation, cancellation));

    /// <summary>The score of logits, (images, classes), of all evaluation images.</summary>
    /// <exception cref="NotFiniteLogitsException">One of them is NaN or infinity.</exception>
    public RuntimeScore Score(float[] logits) =>
        Score(Finite(logits), _setup.Evaluation, _reference.Value);

    /// <summary>A file's score as a result.</summary>
    public AccuracyResult Describe(Plan plan, BuiltArtefact artefact, RuntimeScore score) => new()
    {
        Correct = score.Correct,
        Total = score.Total,
        Kl = score.Kl,
        Agree = score.Agree,
        CorrectBits = score.CorrectBits,
        Losses = score.Losses is null ? null : SampleLosses.Pack(score.Losses),
        ArtefactSha256 = artefact.Sha256,
        SizeBytes = artefact.Bytes.LongLength,
        Bops = Bops(plan),
        Metric = _setup.Metric == MetricKind.Top1 ? null : _setup.Metric,
    };

    public TestResult Measure(TestItem item, CancellationToken cancellation)
    {
        var images = _setup.Test ?? throw new InvalidOperationException("The job has no test set.");
        return Test(item.Plan.IsBaseline ? null : _setup.Builder.Build(item.Plan, cancellation).Bytes, images, cancellation);
    }

    /// <summary>Counts on labelled images.</summary>
    /// <param name="model">The file; null: the FP32 network.</param>
    public TestResult Test(byte[]? model, ImageBatches images, CancellationToken cancellation)
    {
        float[] reference = Float32Logits(_setup, images);
        float[] logits = model is null ? reference : Logits(model, images, cancellation);
        var before = TestScore(reference, images, reference);
        var after = TestScore(logits, images, reference);
        if (after.Losses is not null)
        {
            return new TestResult(0, 0, after.Total, 0, 0, after.Loss, before.Loss);
        }

        var (lost, gained) = before.ChangesTo(after);
        return new TestResult(after.Correct, before.Correct, after.Total, lost, gained);
    }

    private static float[] Float32Logits(EvaluationSetup setup, ImageBatches images) =>
        TargetLogits.Of(
            setup.Target, setup.Network.Float32Model, images, setup.Network.Classes, setup.Cores, CancellationToken.None);

    // Noise is a share of the power of all samples, whichever of them are looked at.
    private RuntimeScore Score(float[] logits, ImageBatches images, float[] reference, int[]? part = null) => _command is { } command
        ? _scorer.ByLoss(command.Evaluation(logits, part, reference), logits, reference)
        : _scorer.Score(
            logits,
            images,
            reference,
            _setup.Metric == MetricKind.OutputSqnr ? OutputLosses.Power(_reference.Value, _setup.Network.Classes) : null);

    private RuntimeScore TestScore(float[] logits, ImageBatches images, float[] reference) => _command is { } command
        ? _scorer.ByLoss(command.Test(logits, images.Images), logits, reference)
        : _scorer.Score(logits, images, reference);

    private float[] Logits(byte[] model, ImageBatches images, CancellationToken cancellation) =>
        Finite(TargetLogits.Of(_setup.Target, model, images, _setup.Network.Classes, _setup.Cores, cancellation));

    private float[] Finite(float[] logits)
    {
        int classes = _setup.Network.Classes;
        int bad = Array.FindIndex(logits, logit => !float.IsFinite(logit));
        return bad < 0
            ? logits
            : throw new NotFiniteLogitsException(
                $"Image {bad / classes} of the evaluation set gives {logits[bad]} for class {bad % classes}.");
    }

    private (ImageBatches Images, float[] Reference, int[]? Part) Select(ImageScope scope)
    {
        if (scope.IsFull)
        {
            return (_setup.Evaluation, _reference.Value, null);
        }

        int[] indices = scope.Indices(_setup.Evaluation.Images.Count);
        int classes = _setup.Network.Classes;
        float[] reference = new float[indices.Length * classes];
        for (int i = 0; i < indices.Length; i++)
        {
            _reference.Value.AsSpan(indices[i] * classes, classes).CopyTo(reference.AsSpan(i * classes));
        }

        return (_setup.Evaluation with { Images = _setup.Evaluation.Images.Select(indices) }, reference, indices);
    }

    private long Bops(Plan plan) => (long)_space.Bops(plan.Groups.Select(group => group.Format));
}
