namespace Cluster.Export.Parity;

/// <summary>Runs a network end to end in a runtime and in the simulation, and compares the first outputs.</summary>
/// <param name="metric">The job's meaning of the outputs; outputs with more than two axes are always treated as values.</param>
/// <param name="workers">Batches that run concurrently; results do not depend on it.</param>
public sealed class OutputComparison(
    FloatNetwork float32, QuantizedNetwork network, ImageBatches images, OutputKind metric, int workers)
{
    private readonly OutputKind _outputs = !float32.Graph.Roles.TypeOf(float32.Graph.Output.Name).IsFloat() ? OutputKind.Whole
        : IsRowOfScores(float32) ? metric : OutputKind.Values;

    /// <summary>Compares them.</summary>
    /// <param name="run">The plan's file in its runtime.</param>
    public OutputParity Compare(BatchLogits.RunBatch run, CancellationToken cancellation)
    {
        using var programs = float32.Compile(network);
        return Compare(run, programs, cancellation);
    }

    /// <summary>The same with the plan's programs.</summary>
    internal OutputParity Compare(BatchLogits.RunBatch run, ProgramSet programs, CancellationToken cancellation)
    {
        var sums = Batches.Select(
            images.Count,
            workers,
            batch =>
            {
                var inputs = images.Inputs(batch);
                float[] simulated = float32.Run(inputs, programs.Programs);
                float[] found = new float[simulated.Length];
                run(inputs, found);
                return Compare(batch, float32.Run(inputs), simulated, found);
            },
            cancellation);
        int count = images.Images.Count;
        var whole = sums.Aggregate((sum, batch) => sum + batch);
        var parity = new OutputParity(
            whole.Divergence / count,
            whole.PlanDivergence / count,
            whole.RuntimeDivergence / count,
            StandardError(sums, count),
            Drift: null,
            _outputs == OutputKind.Scores ? whole.Agree : null,
            IsLabelled ? whole.Lost : null,
            IsLabelled ? whole.Gained : null);

        // Only a divergence beyond the other bounds justifies another pass over the images.
        return parity.IsNear ? parity : parity with { Drift = Drift(programs, cancellation) };
    }

    private bool IsLabelled => _outputs == OutputKind.Scores && images.Images.HasLabels;

    private double Drift(ProgramSet programs, CancellationToken cancellation)
    {
        double[] sums = Batches.Select(
            images.Count,
            workers,
            batch =>
            {
                var inputs = images.Inputs(batch);
                var drift = new RoundingDrift(seed: batch);
                float[] moved = float32.Run(drift.Moved(inputs), programs.Programs, drift);
                return Divergence(batch, float32.Run(inputs, programs.Programs), moved);
            },
            cancellation);
        return sums.Sum() / images.Images.Count;
    }

    private Sums Compare(int batch, float[] exact, float[] simulated, float[] found)
    {
        var sums = new Sums(
            Divergence(batch, simulated, found), Divergence(batch, exact, simulated), Divergence(batch, exact, found), 0, 0, 0);
        if (_outputs != OutputKind.Scores)
        {
            return sums;
        }

        int width = simulated.Length / images.Size(batch);
        int[] expected = Accuracy.Predictions(simulated, width);
        int[] answers = Accuracy.Predictions(found, width);
        for (int image = 0; image < answers.Length; image++)
        {
            int? label = IsLabelled ? images.Images.Label(images.Start(batch) + image) : null;
            sums += new Sums(
                0,
                0,
                0,
                expected[image] == answers[image] ? 1 : 0,
                expected[image] == label && answers[image] != label ? 1 : 0,
                expected[image] != label && answers[image] == label ? 1 : 0);
        }

        return sums;
    }

    // Of the mean over the images, if every batch is as large.
    private static double StandardError(Sums[] batches, int count)
    {
        double mean = batches.Average(batch => batch.Excess);
        return batches.Length == 1
            ? double.PositiveInfinity
            : Math.Sqrt(batches.Sum(batch => Math.Pow(batch.Excess - mean, 2)) * batches.Length / (batches.Length - 1)) / count;
    }

    // Summed over the images of the batch.
    private double Divergence(int batch, float[] reference, float[] outputs)
    {
        int size = images.Size(batch);
        return size * OutputDivergence.Of(_outputs, reference, outputs, reference.Length / size);
    }

    // One row of two or more scores per sample: the softmax of a single number says nothing, nor does the largest element of a map.
    private static bool IsRowOfScores(FloatNetwork float32)
    {
        var shape = ShapeInference.Infer(float32.Graph.Graph, 1)[float32.Graph.Output.Name];
        return shape.Length > 1 && shape[1] != 1 && shape.Skip(2).All(size => size == 1);
    }

    private readonly record struct Sums(
        double Divergence, double PlanDivergence, double RuntimeDivergence, int Agree, int Lost, int Gained)
    {
        public double Excess => RuntimeDivergence - PlanDivergence;

        public static Sums operator +(Sums left, Sums right) => new(
            left.Divergence + right.Divergence,
            left.PlanDivergence + right.PlanDivergence,
            left.RuntimeDivergence + right.RuntimeDivergence,
            left.Agree + right.Agree,
            left.Lost + right.Lost,
            left.Gained + right.Gained);
    }
}
