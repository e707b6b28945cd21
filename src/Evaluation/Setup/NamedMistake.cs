namespace Cluster.Evaluation.Setup;

/// <summary>Something to try about a network's data.</summary>
/// <param name="What">Its name, behind "with".</param>
/// <param name="Mend">What to do where it is right, in half a sentence; null: it proves nothing, as it may be the network's own.</param>
internal sealed record Trial(string What, string? Mend)
{
    /// <summary>The samples read otherwise, null where they cannot be; null: as they were given.</summary>
    public Func<ImageBatches, ImageBatches?>? Images { get; init; }

    /// <summary>Inputs computed from the given ones; null: as they are.</summary>
    public Func<IReadOnlyList<TensorData>, IReadOnlyList<TensorData>>? Scale { get; init; }

    /// <summary>Another label for a label, of so many classes; null: the same.</summary>
    public Func<int, int, int>? Relabel { get; init; }
}

/// <summary>What a <see cref="Trial"/> makes of FP32's answers.</summary>
/// <param name="Trial">What was tried.</param>
/// <param name="Before">Samples that FP32 is right on as they were given.</param>
/// <param name="After">Samples that it is right on then.</param>
/// <param name="Of">Samples.</param>
/// <param name="IsSignificant">Whether chance alone would hardly do that.</param>
/// <param name="IsProved">Whether that leaves no doubt that the data are wrong: see <see cref="FloatAnswers"/>.</param>
internal sealed record NamedMistake(Trial Trial, int Before, int After, int Of, bool IsSignificant, bool IsProved)
{
    /// <summary>"with labels minus 1 FP32 is right on 64.2 % of 120 of these images instead of 0.8 %".</summary>
    public string Words => FormattableString.Invariant(
        $"with {Trial.What} FP32 is right on {100.0 * After / Of:0.#} % of {Of} of these images instead of {100.0 * Before / Of:0.#} %");
}

/// <summary>FP32's answers on labelled samples, as they were given and otherwise.</summary>
internal sealed class FloatAnswers
{
    // What a mistake that is proved makes FP32 better by, at least: in samples, and in what it was wrong on before. Networks are a little
    // better on some data that they were not made for.
    private const double LeastGain = 0.02;
    private const double LeastShare = 0.1;

    private readonly ImageBatches _samples;
    private readonly BatchLogits.RunBatch _run;
    private readonly int _classes;
    private readonly MetricKind _metric;
    private readonly float[] _given;
    private readonly bool[] _before;

    public FloatAnswers(ImageBatches samples, BatchLogits.RunBatch run, int classes, MetricKind metric)
    {
        (_samples, _run, _classes, _metric) = (samples, run, classes, metric);
        Labels = [.. Enumerable.Range(0, samples.Images.Count).Select(samples.Images.Label)];
        _given = Logits(samples, run);
        _before = Right(_given, null);
    }

    /// <summary>The labels as they were given.</summary>
    public int[] Labels { get; }

    /// <summary>The classes that FP32 answers.</summary>
    public int[] Predictions => Accuracy.Predictions(_given, _classes);

    /// <summary>What a trial makes of them; nothing better where it cannot be tried.</summary>
    public NamedMistake Beside(Trial trial)
    {
        bool[] after = trial switch
        {
            { Images: { } read } => read(_samples) is { } samples ? Right(Logits(samples, _run), trial.Relabel) : _before,
            { Scale: { } scale } => Right(Logits(_samples, (inputs, outputs) => _run(scale(inputs), outputs)), trial.Relabel),
            _ => Right(_given, trial.Relabel),
        };
        int count = Labels.Length;
        var counts = new PairedCounts(
            _before.Zip(after).Count(pair => pair is (true, false)), _before.Zip(after).Count(pair => pair is (false, true)), count);
        int right = after.Count(isRight => isRight);
        int wrong = _before.Count(isRight => !isRight);
        bool isSignificant = counts.Drop < 0 && counts.McNemarMidP <= UsualMistakes.Significance;
        return new NamedMistake(
            trial,
            count - wrong,
            right,
            count,
            isSignificant,
            isSignificant
                && trial.Mend is not null
                && right - (count - wrong) >= Math.Max(LeastGain * count, LeastShare * wrong)
                && EvaluationSanity.JudgeFloat32(right, _samples.Images, _metric, _classes) is null);
    }

    private float[] Logits(ImageBatches samples, BatchLogits.RunBatch run) =>
        BatchLogits.Of(run, samples, _classes, Environment.ProcessorCount, CancellationToken.None);

    private bool[] Right(float[] outputs, Func<int, int, int>? relabel) =>
    [
        .. Labels.Select((label, sample) => Accuracy.IsAmong(
            outputs.AsSpan(sample * _classes, _classes), relabel?.Invoke(label, _classes) ?? label, _metric.Ranks())),
    ];
}
