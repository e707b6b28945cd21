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
        double[] Sums(int threads) => ProcessSettings.WithThreads<double[]>(
            threads, () => [.. TensorStatistics.ChannelSums(x), TensorStatistics.SquaredError(x, x).Signal]);

        Sums(2).ShouldBe(Sums(1));
    }

    [Fact]
    public void Call_FromTwoThreadsWithOneTorchThread_GivesTheSameBits()
    {
        using torch.Tensor x = TensorFactory.FromFloats([.. Enumerable.Range(0, 64 * 64).Select(i => MathF.Sin(i))], [64, 64]);
        float[] Product()
        {
            using torch.Tensor y = TorchScripts.MatMul(x, x);
            return TensorFactory.ToFloats(y);
        }

        ProcessSettings.WithThreads(1, () =>
        {
            float[] reference = Product();
            var seen = new (int Threads, float[] Values)[100];
            Thread[] threads = [.. Enumerable.Range(0, 2).Select(half => new Thread(() =>
            {
                for (int i = 50 * half; i < 50 * (half + 1); i++)
                {
                    seen[i] = (TorchSettings.Threads, Product());
                }
            }))];
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
            return seen.All(one => one.Threads == 1 && one.Values.SequenceEqual(reference));
        }).ShouldBeTrue();
    }
}
