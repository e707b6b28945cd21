using System.Diagnostics;
using Cluster.Kernels.Evaluation.Measurement;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Execution.Operators;
using Cluster.Kernels.Tensors;

namespace Cluster.Bench;

/// <summary>
/// The loop that rivals have, on this repository's executor: quantize one group, run every batch through the whole network, all
/// threads within an operator. Images are preprocessed before the clock starts and a group is compiled once, which is generous. The sums
/// are the sweep's own (<see cref="SumKind.Rough"/>), so that a difference of order would be one of the method, not of kernels.
/// </summary>
internal sealed class NaiveSweep(SweepSubject subject)
{
    private readonly IReadOnlyList<float[]> _pixels = [.. Enumerable.Range(0, subject.Images.Count).Select(subject.Images.Pixels)];

    public SweepOutcome Run()
    {
        TorchSettings.Threads = Environment.ProcessorCount;
        long began = Stopwatch.GetTimestamp();
        NetworkProgram[] float32 = subject.Float32.Rough();
        var reference = Enumerable.Range(0, _pixels.Count).Select(batch => Forward(float32, batch)).ToList();
        var kl = new List<double>();
        var correct = new List<int>();
        foreach (var (group, network) in subject.Alone)
        {
            using var quantized = subject.Float32.Quantized(group, network, SumKind.Real, SumKind.Rough);
            NetworkProgram[] programs = [.. float32.Select((program, index) => index == group.Index ? quantized : program)];
            var (groupKl, groupCorrect) = Score(programs, reference);
            kl.Add(groupKl);
            correct.Add(groupCorrect);
        }

        return new SweepOutcome(Stopwatch.GetElapsedTime(began).TotalSeconds, kl, correct);
    }

    private (double Kl, int Correct) Score(IReadOnlyList<NetworkProgram> programs, List<float[]> reference)
    {
        double divergence = 0;
        int correct = 0;
        for (int batch = 0; batch < _pixels.Count; batch++)
        {
            float[] logits = Forward(programs, batch);
            int size = subject.Images.Size(batch);
            int classes = logits.Length / size;
            divergence += LogitsKl.Of(reference[batch], logits, classes) * size;
            int[] labels = [.. Enumerable.Range(subject.Images.Start(batch), size).Select(subject.Images.Images.Label)];
            correct += (int)Accuracy.Of(logits, classes, labels).Correct;
        }

        return (divergence / subject.Images.Images.Count, correct);
    }

    private float[] Forward(IReadOnlyList<NetworkProgram> programs, int batch)
    {
        var images = subject.Images.RequireImages();
        using var live = new LiveTensors();
        using (var planar = TensorFactory.FromFloats(
            _pixels[batch], [subject.Images.Size(batch), images.Channels, images.Height, images.Width]))
        {
            live.Set(subject.Float32.Graph.Input.Name, TensorOps.ToChannelsLast(planar));
        }

        foreach (var program in programs)
        {
            program.Run(live);
        }

        return subject.Float32.Logits(live);
    }
}
