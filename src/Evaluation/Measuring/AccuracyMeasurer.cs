namespace Cluster.Evaluation.Measuring;

/// <summary>Does the items that ask for a candidate's accuracy.</summary>
internal sealed class AccuracyMeasurer(EvaluationSetup setup) : FileScorer(setup)
{
    private readonly SearchSpace _space = setup.Translator.Space();

    public AccuracyResult Measure(AccuracyItem item, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        var artefact = Setup.Builder.Build(item.Plan, cancellation);
        var (images, reference, part) = Select(item.Images);
        float[] logits = item.Plan.IsBaseline ? reference : Logits(artefact.File, images, cancellation);
        var score = Score(logits, images, reference, part);
        return Describe(item.Plan, artefact, score) with
        {
            Powers = item.Plan.IsBaseline && item.Images.IsFull && Setup.Metric.IsNoise()
                ? SampleLosses.Pack(OutputLosses.Powers(reference, Setup.Network.Classes))
                : null,
            Seconds = Stopwatch.GetElapsedTime(began).TotalSeconds,
        };
    }

    public TestResult Measure(TestItem item, CancellationToken cancellation)
    {
        var images = Setup.Test ?? throw new InvalidOperationException("The job has no test set.");
        return Test(item.Plan.IsBaseline ? null : Setup.Builder.Build(item.Plan, cancellation).File, images, cancellation);
    }

    /// <summary>A file's score as a result.</summary>
    public AccuracyResult Describe(Plan plan, BuiltArtefact artefact, RuntimeScore score) => new()
    {
        Correct = score.Correct,
        Total = score.Total,
        Kl = score.Kl,
        Agree = score.Agree,
        CorrectBits = score.CorrectBits,
        Answers = score.Answers is null ? null : ClassAnswers.Pack(score.Answers),
        Classes = score.Answers is null ? null : Setup.Network.Classes,
        Losses = score.Losses is null ? null : SampleLosses.Pack(score.Losses),
        ArtefactSha256 = artefact.Sha256,
        SizeBytes = plan.IsBaseline ? Setup.Network.Content.Length : artefact.File.Length,
        Bops = (long)_space.Bops(plan.Groups.Select(group => group.Format)),
        Metric = Setup.Metric.Written(),
    };

    private (ImageBatches Images, float[] Reference, int[]? Part) Select(ImageScope scope)
    {
        if (scope.IsFull)
        {
            return (Setup.Evaluation, Reference, null);
        }

        int[] indices = scope.Indices(Setup.Evaluation.Images.Count);
        int classes = Setup.Network.Classes;
        float[] reference = new float[indices.Length * classes];
        for (int i = 0; i < indices.Length; i++)
        {
            Reference.AsSpan(indices[i] * classes, classes).CopyTo(reference.AsSpan(i * classes));
        }

        return (Setup.Evaluation with { Images = Setup.Evaluation.Images.Select(indices) }, reference, indices);
    }
}
