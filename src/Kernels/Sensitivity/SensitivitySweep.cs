using Cluster.Kernels.Metrics;
using static TorchSharp.torch;

namespace Cluster.Kernels.Sensitivity;

/// <summary>
/// Quantizes each group alone and compares the logits. A batch runs once through the FP32 network. Before the inputs of group k are
/// released, the run with group k in INT8 starts there, so the sweep costs about half a forward pass per group instead of one and holds one
/// cut of the network. <para> All that stays FP32 is computed with <see cref="SumKind.Rough"/> sums, both in the reference and in the run
/// with group k in INT8: a group left in FP32 gives a divergence and a noise of exactly 0. A group's inputs carry the error of the sums,
/// which moves codes near a tie: on 40 images one group of ResNet-20 was seen to change its divergence by 3 %. Noise compares the group's
/// own INT8 sums with rough ones of FP32, which adds about 1e-10 of the signal, -100 dB. </para>
/// </summary>
public static class SensitivitySweep
{
    /// <summary>Scores every given group; deterministic for any number of workers.</summary>
    /// <param name="alone">For each group to try, the network in which only that group is INT8.</param>
    /// <param name="images">Images; labels are used if there are any.</param>
    /// <param name="ranks">An image is right if its label is among this many largest logits; 0: labels are ignored.</param>
    /// <param name="outputs">Outputs by which the distance from FP32 is measured.</param>
    /// <returns>Results in the order of <paramref name="alone"/>.</returns>
    public static IReadOnlyList<GroupScore> Run(
        FloatNetwork network, IReadOnlyList<(LayerGroup Group, QuantizedNetwork Network)> alone, ImageBatches images, int workers,
        Action<int>? batchDone, CancellationToken cancellation, int ranks = 1, OutputKind outputs = OutputKind.Scores)
    {
        // A sweep only ranks: a tie that a float32 rounding error moves matters far less than the group.
        var programs = alone.Select(candidate => network.Quantized(
            candidate.Group, candidate.Network, SumKind.Real, SumKind.Rough)).ToArray();
        var floats = network.Rough();
        try
        {
            var scores = Batches.Select(images.Count, workers, batch =>
            {
                var found = Score(network, floats, alone, programs, images, batch, ranks, outputs, cancellation);
                batchDone?.Invoke(batch);
                return found;
            }, cancellation);
            return [.. alone.Select(
                (candidate, index) => BatchScore.Total(candidate.Group.Index, scores.Select(batch => batch[index]), images.Images.Count))];
        }
        finally
        {
            programs.DisposeAll();
        }
    }

    private static BatchScore[] Score(
        FloatNetwork network,
        NetworkProgram[] floats,
        IReadOnlyList<(LayerGroup Group, QuantizedNetwork Network)> alone,
        SimulatedProgram[] programs,
        ImageBatches images,
        int batch,
        int ranks,
        OutputKind outputs,
        CancellationToken cancellation)
    {
        float[] reference = network.Run(images, batch, floats);
        int classes = reference.Length / images.Size(batch);
        var tried = Enumerable.Range(0, alone.Count).ToLookup(index => alone[index].Group.Index);
        var scores = new BatchScore[alone.Count];
        using var prefix = new LiveTensors { Retained = network.Crossings };
        prefix.SetInputs(network.Graph, images, batch);
        foreach (var group in network.Graph.Groups)
        {
            floats[group.Index].Run(prefix);
            foreach (int index in tried[group.Index])
            {
                // A batch of a large network takes a run for each group and method: half an hour has been seen.
                cancellation.ThrowIfCancellationRequested();
                scores[index] = Try(network, floats, group, programs[index], prefix, Judge);
            }

            foreach (string tensor in network.EndingIn(group))
            {
                prefix.Drop(tensor);
            }
        }

        return scores;

        // At once: a detector's outputs, kept for each group, are gigabytes.
        (double, Accuracy) Judge(float[] logits) => (
            OutputDivergence.Of(outputs, reference, logits, classes) * images.Size(batch),
            Labelled(images, batch, logits, classes, ranks));
    }

    private static BatchScore Try(
        FloatNetwork network,
        NetworkProgram[] floats,
        LayerGroup group,
        SimulatedProgram program,
        LiveTensors prefix,
        Func<float[], (double Divergence, Accuracy Accuracy)> judge)
    {
        using var run = prefix.Borrow();
        program.Run(run);
        double signal = 0;
        double noise = 0;
        foreach (string tensor in network.Compared(group, prefix))
        {
            var (tensorSignal, tensorNoise) = TensorStatistics.SquaredError(prefix.Get(tensor), run.Get(tensor));
            signal += tensorSignal;
            noise += tensorNoise;
        }

        foreach (var later in floats.AsSpan(group.Index + 1))
        {
            later.Run(run);
        }

        var (divergence, accuracy) = judge(network.Logits(run));
        return new BatchScore(divergence, signal, noise, accuracy);
    }

    private static Accuracy Labelled(ImageBatches images, int batch, float[] logits, int classes, int ranks)
    {
        if (!images.Images.HasLabels || ranks == 0)
        {
            return default;
        }

        int[] labels = [.. Enumerable.Range(images.Start(batch), images.Size(batch)).Select(images.Images.Label)];
        return Accuracy.Among(logits, classes, labels, ranks);
    }

    private readonly record struct BatchScore(double Divergence, double Signal, double Noise, Accuracy Accuracy)
    {
        public static GroupScore Total(int group, IEnumerable<BatchScore> batches, int images)
        {
            double divergence = 0;
            double signal = 0;
            double noise = 0;
            var accuracy = default(Accuracy);
            foreach (var batch in batches)
            {
                divergence += batch.Divergence;
                signal += batch.Signal;
                noise += batch.Noise;
                accuracy += batch.Accuracy;
            }

            return new GroupScore(group, images, divergence, signal, noise, accuracy);
        }
    }
}
