namespace Cluster.Kernels.Tests.Tensors;

/// <summary>Tests that change what holds for the whole process, such as the number of threads, run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessSettings
{
    public const string Name = "process settings";

    internal static T WithThreads<T>(int threads, Func<T> work)
    {
        int before = TorchSettings.Threads;
        try
        {
            TorchSettings.Threads = threads;
            return work();
        }
        finally
        {
            TorchSettings.Threads = before;
        }
    }
}
