using System.Runtime.InteropServices;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Work;
using Cluster.Kernels.Metrics;
using Cluster.Storage.Files;

namespace Cluster.Bench.Spaces;

/// <summary>What the file of a plan answers, image by image: enough for its accuracy on any of them.</summary>
/// <param name="Predictions">The class of each image.</param>
/// <param name="Kl">The divergence of each image's answer from that of FP32, in nats.</param>
internal sealed record PlanAnswers(byte[] Predictions, float[] Kl)
{
    /// <summary>What the plan's accuracy on some of the images is.</summary>
    /// <param name="digest">Of the plan; stands for its file.</param>
    /// <param name="float32">The answers of FP32 on the same images.</param>
    /// <param name="labels">Of all images.</param>
    public AccuracyResult On(ImageScope scope, string digest, PlanAnswers float32, IReadOnlyList<int> labels)
    {
        int[] indices = scope.Indices(Predictions.Length);
        byte[] bits = new byte[(indices.Length + 7) / 8];
        (int correct, int agree, double kl) = (0, 0, 0);
        for (int i = 0; i < indices.Length; i++)
        {
            int image = indices[i];
            bool isRight = Predictions[image] == labels[image];
            bits[i / 8] |= (byte)((isRight ? 1 : 0) << (i % 8));
            correct += isRight ? 1 : 0;
            agree += Predictions[image] == float32.Predictions[image] ? 1 : 0;
            kl += Kl[image];
        }

        return new AccuracyResult
        {
            Correct = correct,
            Total = indices.Length,
            Kl = kl / indices.Length,
            Agree = agree,
            CorrectBits = bits,
            ArtefactSha256 = digest,
            SizeBytes = 1,
            Bops = 1,
        };
    }

    /// <summary>From logits, and those of FP32 on the same images.</summary>
    public static PlanAnswers Of(float[] logits, float[] float32, int classes)
    {
        float[] kl = new float[logits.Length / classes];
        for (int image = 0; image < kl.Length; image++)
        {
            kl[image] = (float)LogitsKl.Divergence(
                float32.AsSpan(image * classes, classes), logits.AsSpan(image * classes, classes));
        }

        return new PlanAnswers([.. Accuracy.Predictions(logits, classes).Select(answer => (byte)answer)], kl);
    }

    /// <summary>The same on some of the images.</summary>
    public PlanAnswers On(int[] images) => new([.. images.Select(image => Predictions[image])], [.. images.Select(image => Kl[image])]);

    /// <summary>Writes the answers to a file.</summary>
    public void Write(string path) => AtomicFile.Write(path, [.. Predictions, .. MemoryMarshal.AsBytes(Kl.AsSpan())]);

    /// <summary>Reads a file of answers: a byte an image, then a float an image.</summary>
    public static PlanAnswers Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        int images = bytes.Length / (1 + sizeof(float));
        return new PlanAnswers(bytes[..images], MemoryMarshal.Cast<byte, float>(bytes.AsSpan(images)).ToArray());
    }
}
