using Cluster.Kernels.Tensors;

namespace Cluster.Cli.Tests.Samples;

public sealed class GlyphTrainingTests
{
    public GlyphTrainingTests() => TorchSettings.Threads = 1;

    [Fact]
    public void Step_SameSeed_GivesTheSameFile()
    {
        Trained(seed: 7).ShouldBe(Trained(seed: 7));
        Trained(seed: 8).ShouldNotBe(Trained(seed: 7));
    }

    private static byte[] Trained(long seed)
    {
        using var training = new GlyphTraining(seed, steps: 3);
        while (!training.Finished)
        {
            _ = training.Step();
        }

        return OnnxWriter.Write(training.ToGraph()).Message;
    }
}
