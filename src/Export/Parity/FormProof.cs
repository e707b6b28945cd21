using System.Diagnostics;

namespace Cluster.Export.Parity;

/// <summary>
/// Proves on samples that a file in fast forms, or over pixels, computes what the plain file does in ONNX Runtime: the same bits in every
/// number of every output.
/// </summary>
public static class FormProof
{
    private const int BatchSize = 4;

    /// <summary>The numbers that differ, and all that were compared.</summary>
    /// <param name="workers">Threads that run batches.</param>
    public static (long Different, long Compared) Compare(
        ModelFile plain, ModelFile fast, ImageBatches images, int workers, CancellationToken cancellation)
    {
        images = images with { BatchSize = Math.Min(BatchSize, images.BatchSize) };
        var options = new OrtSessionOptions { AllowSpinning = false };
        using var one = OrtSession.Open(plain, options);
        using var other = OrtSession.Open(fast, options);
        var found = Batches.Select(
            images.Count,
            workers,
            batch =>
            {
                var inputs = images.Inputs(batch);
                var (expected, outputs) = (one.RunAll(inputs), other.RunAll(inputs));
                return (
                    Different: expected.Zip(outputs).Sum(pair => Different(pair.First.Value, pair.Second.Value)),
                    Compared: expected.Sum(output => output.Value.Count));
            },
            cancellation);
        return (found.Sum(batch => batch.Different), found.Sum(batch => batch.Compared));
    }

    /// <summary>
    /// The plain file of a network, which takes floats, where a file is in fast forms or takes pixels; else the file itself.
    /// </summary>
    internal static ModelGraph Plain(ModelGraph file, QuantizedNetwork network) =>
        FastForms.StatedIn(file) || file.Metadata.ContainsKey(PixelInput.Metadata) ? QdqExporter.Export(network) : file;

    /// <summary>
    /// How many times as long a file in fast forms takes to open as the plain one, of the least of some turns; null up to a tenth more.
    /// </summary>
    /// <param name="network">What the file was written from.</param>
    public static double? OpeningTimes(QuantizedNetwork network, ModelFile fast)
    {
        const int Turns = 3;
        const double Said = 1.1;
        var plain = OnnxWriter.Write(QdqExporter.Export(network));
        var least = Enumerable.Range(0, Turns).Select(_ => (Plain: Opening(plain), Fast: Opening(fast))).ToArray();
        double times = least.Min(turn => turn.Fast) / least.Min(turn => turn.Plain);
        return times > Said ? times : null;
    }

    private static double Opening(ModelFile file)
    {
        long began = Stopwatch.GetTimestamp();
        using var session = OrtSession.Open(file, new OrtSessionOptions { AllowSpinning = false });
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static long Different(TensorData expected, TensorData found)
    {
        if (!expected.Shape.SequenceEqual(found.Shape))
        {
            return expected.Count;
        }

        int size = TensorData.ElementSize(expected.Type);
        var one = expected.Bytes.Span;
        var other = found.Bytes.Span;
        long different = 0;
        for (int at = 0; at < one.Length; at += size)
        {
            different += one.Slice(at, size).SequenceEqual(other.Slice(at, size)) ? 0 : 1;
        }

        return different;
    }
}
