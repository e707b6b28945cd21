using Cluster.Kernels.Tensors;
using TorchSharp;

namespace Cluster.Kernels.Tests.Tensors;

[Collection(ProcessSettings.Name)]
public sealed class ThreadCountTests
{
    [Fact]
    public void Sums_OneAndTwoThreads_AreBitwiseTheSame()
    {
        float[] values = [.. Enumerable.Range(0, 300_000).Select(i => MathF.Sin(i * 0.01f))];
        using torch.Tensor x = TensorFactory.FromFloats(values, [300, 10, 100]);
        int before = TorchSettings.Threads;
        try
        {
            TorchSettings.Threads = 1;
            double[] one = [.. TensorStatistics.ChannelSums(x), TensorStatistics.SquaredError(x, x).Signal];
            TorchSettings.Threads = 2;
            double[] two = [.. TensorStatistics.ChannelSums(x), TensorStatistics.SquaredError(x, x).Signal];
            two.ShouldBe(one);
        }
        finally
        {
            TorchSettings.Threads = before;
        }
    }

    [Fact]
    public void Call_FromTwoThreadsWithOneTorchThread_GivesTheSameBits()
    {
        float[] values = [.. Enumerable.Range(0, 64 * 64).Select(i => MathF.Sin(i))];
        using torch.Tensor x = TensorFactory.FromFloats(values, [64, 64]);
        int before = TorchSettings.Threads;
        TorchSettings.Threads = 1;
        try
        {
            using torch.Tensor expected = TorchScripts.MatMul(x, x);
            float[] reference = TensorFactory.ToFloats(expected);
            var seen = new (int Threads, float[] Values)[2];
            Thread[] threads = [.. Enumerable.Range(0, 2).Select(i => new Thread(() =>
            {
                for (int k = 0; k < 50; k++)
                {
                    using torch.Tensor y = TorchScripts.MatMul(x, x);
                    seen[i] = (TorchSettings.Threads, TensorFactory.ToFloats(y));
                }
            }))];
            foreach (Thread thread in threads)
            {
                thread.Start();
            }

            foreach (Thread thread in threads)
            {
                thread.Join();
            }

            seen.ShouldAllBe(one => one.Threads == 1 && one.Values.SequenceEqual(reference));
        }
        finally
        {
            TorchSettings.Threads = before;
        }
    }
}
