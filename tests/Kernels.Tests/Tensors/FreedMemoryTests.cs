using TorchSharp;

namespace Cluster.Kernels.Tests.Tensors;

/// <summary>Alone, as it looks at the memory of the whole process.</summary>
[Collection(ProcessSettings.Name)]
public sealed class FreedMemoryTests
{
    private const long Tensors = 8;

    // Above 64 MiB a block is in glibc's main arena on any thread. What other arenas hold goes back to the system as soon as a whole heap
    // of theirs is free.
    private const long Size = 96 * ResidentMemory.Megabyte;

    [Fact]
    public void ReleaseFreedMemory_AfterLargeTensors_GivesTheSystemTheirMemory()
    {
        ResidentMemory.SkipUnlessReadable();

        // What the tests before this one left, managed or waiting for a finalizer, must not go to the system between two readings.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        TorchSettings.ReleaseFreedMemory();
        using var occupied = torch.NewDisposeScope();
        OccupyFreed();
        long before = ResidentMemory.Read(withFreed: true);

        MakeAndFree();
        long kept = ResidentMemory.Read(withFreed: true) - before;
        TorchSettings.ReleaseFreedMemory();
        long left = ResidentMemory.Read(withFreed: true) - before;

        kept.ShouldBeGreaterThan(Tensors / 2 * Size, "freed tensors are kept for the next ones");
        left.ShouldBeLessThan(Tensors / 2 * Size);
    }

    // Some of what earlier tests left cannot be returned, and would be used again: tensors that live as long as the test take it first.
    private static void OccupyFreed()
    {
        float[] values = Values();
        long before;
        do
        {
            before = ResidentMemory.Read(withFreed: true);
            TensorFactory.FromFloats(values, [values.Length]);
        }
        while (ResidentMemory.Read(withFreed: true) < before + (Size / 2));
    }

    private static void MakeAndFree()
    {
        using var scope = torch.NewDisposeScope();
        float[] values = Values();
        for (int i = 0; i < Tensors; i++)
        {
            TensorFactory.FromFloats(values, [values.Length]);
        }
    }

    private static float[] Values()
    {
        float[] values = new float[Size / sizeof(float)];
        Array.Fill(values, 1);
        return values;
    }
}
