using Cluster.Networks.Runtimes;
using Cluster.Reproductions.Integer;

namespace Cluster.Reproductions.Mnist;

/// <summary>The integer executor on images: answers, and codes beside ONNX Runtime's.</summary>
internal static class MnistCodes
{
    /// <summary>Images whose largest logit is their label's, the first of equal ones.</summary>
    public static int Correct(IntegerNetwork network, ImageBatches images, CancellationToken cancellation)
    {
        int correct = 0;
        Batches.ForEach(
            images.Count,
            Environment.ProcessorCount,
            batch =>
            {
                float[] pixels = images.Pixels(batch);
                int size = pixels.Length / images.Size(batch);
                for (int i = 0; i < images.Size(batch); i++)
                {
                    int[] logits = network.Run(pixels.AsSpan(i * size, size));
                    bool isRight = Array.IndexOf(logits, logits.Max()) == images.Images.Label(images.Start(batch) + i);
                    Interlocked.Add(ref correct, isRight ? 1 : 0);
                }
            },
            cancellation);
        return correct;
    }

    /// <summary>Codes of both, of every tensor that a QuantizeLinear of the file writes.</summary>
    public static IReadOnlyList<CodeDifference> Compare(
        ModelGraph file, IntegerNetwork network, ImageBatches images, CancellationToken cancellation)
    {
        var written = file.Nodes
            .Where(node => node.OpType == "QuantizeLinear" && !file.Initializers.ContainsKey(node.Inputs[0]))
            .ToDictionary(node => node.Inputs[0], node => node.Output, StringComparer.Ordinal);
        string[] tensors = [.. written.Keys];
        string[] codes = [.. tensors.Select(tensor => written[tensor])];
        var shown = file with
        {
            Outputs = [.. file.Outputs, .. codes.Select(code => new ValueInfo(code, ElementType.UInt8, []) { ShapeKnown = false })],
        };
        using var session = OrtSession.Open(OnnxWriter.Write(shown), new OrtSessionOptions { Threads = 1, AllowSpinning = false });
        var counts = tensors.ToDictionary(tensor => tensor, _ => (Elements: 0L, Different: 0L, Largest: 0), StringComparer.Ordinal);
        for (int batch = 0; batch < images.Count; batch++)
        {
            cancellation.ThrowIfCancellationRequested();
            int size = images.Size(batch);
            var runtime = tensors.Zip(session.Run(images.Inputs(batch), codes))
                .ToDictionary(pair => pair.First, pair => pair.Second.As<byte>().ToArray(), StringComparer.Ordinal);
            float[] pixels = images.Pixels(batch);
            for (int i = 0; i < size; i++)
            {
                int image = i;
                network.Run(pixels.AsSpan(i * (pixels.Length / size), pixels.Length / size), (tensor, own) =>
                {
                    if (runtime.TryGetValue(tensor, out byte[]? all))
                    {
                        counts[tensor] = Count(counts[tensor], own, all.AsSpan(image * own.Length, own.Length));
                    }
                });
            }
        }

        return [.. tensors.Select(tensor => new CodeDifference(
            tensor, counts[tensor].Elements, counts[tensor].Different, counts[tensor].Largest))];
    }

    private static (long, long, int) Count((long Elements, long Different, int Largest) before, int[] own, ReadOnlySpan<byte> runtime)
    {
        for (int i = 0; i < own.Length; i++)
        {
            int difference = Math.Abs(own[i] - runtime[i]);
            before.Different += difference > 0 ? 1 : 0;
            before.Largest = Math.Max(before.Largest, difference);
        }

        return (before.Elements + own.Length, before.Different, before.Largest);
    }
}
