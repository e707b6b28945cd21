namespace Cluster.Evaluation.Measuring;

/// <summary>Runs files over the evaluation or test samples and compares them with the labels and with FP32.</summary>
internal class FileScorer
{
    private readonly Lazy<float[]> _reference;
    private readonly IScorer _scorer;
    private readonly OtherOutputs _others = new();
    private readonly PaddingMask? _padding;

    public FileScorer(EvaluationSetup setup)
    {
        Setup = setup;
        _reference = new(() => Float32Logits(setup.Evaluation));
        _padding = setup.Metric.IsNoise() ? PaddingMask.Of(setup.Network.Grouped.Inputs) : null;
        var (metric, output) = (setup.Metric, setup.Network.FirstOutput);
        _scorer = setup.Predictions is { } command
            ? new CommandScorer(command, metric, output, setup.Evaluation.Images, _reference, _others, setup.Machine)
            : setup.Judge is { } judge ? new JudgeScorer(judge, metric, output, setup.Evaluation.Images, _reference, _others)
            : new MetricScorer(metric, output, _reference);
    }

    /// <summary>What files are measured with.</summary>
    protected EvaluationSetup Setup { get; }

    /// <summary>FP32's outputs for all evaluation samples, (samples, classes).</summary>
    protected float[] Reference => _reference.Value;

    /// <summary>The FP32 network's score on all evaluation samples.</summary>
    public RuntimeScore Float32() => Score(Reference, Setup.Evaluation, Reference);

    /// <summary>The score of a file on all evaluation samples.</summary>
    /// <exception cref="NotFiniteLogitsException">It gives NaN or infinity.</exception>
    public RuntimeScore Score(ModelFile model, CancellationToken cancellation) =>
        Score(Logits(model, Setup.Evaluation, cancellation), Setup.Evaluation, Reference);

    /// <summary>The score of a network's outputs for all evaluation samples, in their order.</summary>
    /// <param name="outputs">Those that are not read may be left out.</param>
    /// <exception cref="NotFiniteLogitsException">One of the first is NaN or infinity.</exception>
    public RuntimeScore Score(IReadOnlyList<(string Name, TensorData Value)> outputs) =>
        Score(Finite(First(outputs)), Setup.Evaluation, Reference);

    /// <summary>Counts on labelled samples that nothing was decided on.</summary>
    /// <param name="model">The file; null: the FP32 network.</param>
    public TestResult Test(ModelFile? model, ImageBatches images, CancellationToken cancellation)
    {
        float[] reference = Float32Logits(images);
        float[] logits = model is null ? reference : Logits(model, images, cancellation);
        var before = _scorer.Test(reference, images, reference);
        var after = _scorer.Test(logits, images, reference);
        if (after.Losses is not null)
        {
            return new TestResult(0, 0, after.Total, 0, 0, after.Loss, before.Loss);
        }

        var counts = MetricScorer.Count(before, after);
        return new TestResult(after.Correct, before.Correct, after.Total, counts.Lost, counts.Gained);
    }

    /// <summary>The score of outputs for some of the evaluation samples.</summary>
    /// <param name="part">Their indices in the set; null: all of them.</param>
    protected RuntimeScore Score(float[] logits, ImageBatches images, float[] reference, int[]? part = null) =>
        _scorer.Evaluation(logits, images, reference, part);

    /// <summary>A file's outputs.</summary>
    /// <exception cref="NotFiniteLogitsException">It gives NaN or infinity.</exception>
    protected float[] Logits(ModelFile model, ImageBatches images, CancellationToken cancellation) =>
        Finite(Outputs(model, images, cancellation));

    private float[] Float32Logits(ImageBatches images) => Outputs(Setup.Original.File, images, CancellationToken.None);

    private float[] Outputs(ModelFile model, ImageBatches images, CancellationToken cancellation)
    {
        float[] outputs = Given(model, images, cancellation);
        if (_padding is { } padding)
        {
            long[] shape = [.. Setup.Network.FirstOutput.Shape];
            foreach (int batch in Enumerable.Range(0, images.Count))
            {
                int from = images.Start(batch) * Setup.Network.Classes;
                padding.Clear(
                    images.Inputs(batch),
                    [images.Size(batch), .. shape.Skip(1)],
                    outputs.AsSpan(from, images.Size(batch) * Setup.Network.Classes));
            }
        }

        return outputs;
    }

    // A command is given every output, and boxes may be in several.
    private float[] Given(ModelFile model, ImageBatches images, CancellationToken cancellation) => _scorer.ReadsAll
        ? First(TargetLogits.All(Setup.Target, model, images, Setup.Network.Counted, Setup.Cores, cancellation))
        : TargetLogits.Of(Setup.Target, model, images, Setup.Network.Classes, Setup.Cores, cancellation);

    private float[] First(IReadOnlyList<(string Name, TensorData Value)> outputs)
    {
        float[] first = outputs[0].Value.As<float>().ToArray();
        _others.Keep(first, [.. outputs.Skip(1)]);
        return first;
    }

    private float[] Finite(float[] logits)
    {
        int bad = Array.FindIndex(logits, logit => !float.IsFinite(logit));
        return bad < 0
            ? logits
            : throw new NotFiniteLogitsException(
                $"Image {bad / Setup.Network.Classes} of the evaluation set gives {logits[bad]} for class {bad % Setup.Network.Classes}: "
                + "calibrate on more images, or with another method.");
    }
}
