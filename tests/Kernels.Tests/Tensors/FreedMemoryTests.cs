using TorchSharp;

namespace Cluster.Kernels.Tests.Tensors;

/// <summary>Alone, as it looks at the memory of the whole process.</summary>
[Collection(ProcessSettings.Name)]
public sealed class FreedMemoryTests
{
    private const long Tensors = 24;
    private const long Size = 16 * ResidentMemory.Megabyte;

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

        kept.ShouldBeGreaterThan(3 * Tensors / 2 * Size, "freed tensors are kept for the next ones");
        left.ShouldBeLessThan(3 * Tensors / 2 * Size);
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

    // Each beside one that stays: a heap of glibc's further arenas that is free as a whole goes back to the system at once, and which arena
    // this thread has depends on the tests before.
    private static void MakeAndFree()
    {
        float[] values = Values();
        torch.Tensor[] freed = [.. Enumerable.Range(0, (int)Tensors).Select(_ =>
        {
            var tensor = TensorFactory.FromFloats(values, [values.Length]);
            TensorFactory.FromFloats(values, [values.Length]);
            return tensor;
        })];
        Array.ForEach(freed, tensor => tensor.Dispose());
    }

    private static float[] Values()
    {
        float[] values = new float[Size / sizeof(float)];
        Array.Fill(values, 1);
        return values;
    }
}
