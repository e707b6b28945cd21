using Cluster.Kernels.Execution.Parking;
using Cluster.Kernels.Tensors;
using TorchSharp;

namespace Cluster.Kernels.Tests.Tensors;

/// <summary>Alone, as it looks at the memory of the whole process.</summary>
[Collection(ProcessSettings.Name)]
public sealed class FreedMemoryTests
{
    private const long Tensors = 8;
    private const long Size = 16 * ResidentMemory.Megabyte;

    [Fact]
    public void ReleaseFreedMemory_AfterLargeTensors_GivesTheSystemTheirMemory()
    {
        ResidentMemory.SkipUnlessReadable();
        TorchSettings.ReleaseFreedMemory();
        long before = ResidentMemory.Read();

        MakeAndFree();
        long kept = ResidentMemory.Read() - before;
        TorchSettings.ReleaseFreedMemory();
        long left = ResidentMemory.Read() - before;

        kept.ShouldBeGreaterThan(Tensors / 2 * Size, "freed tensors are kept for the next ones");
        left.ShouldBeLessThan(Size);
    }

    [Theory]
    [InlineData(0L)] // none: 256 MiB are kept, of 640
    [InlineData(40 * 16L)]
    public void TensorSpace_AfterLargeTensors_KeepsWhatItsRoomHolds(long megabytes)
    {
        const long Many = 40;
        const long Usual = 256 * ResidentMemory.Megabyte;
        ResidentMemory.SkipUnlessReadable();
        TorchSettings.ReleaseFreedMemory();
        long before = ResidentMemory.Read();

        long kept;
        using (new TensorSpace(megabytes * ResidentMemory.Megabyte, Path.GetTempPath()))
        {
            MakeAndFree(Many);
            kept = ResidentMemory.Read() - before;
        }

        // The array that they are made of is the collector's, and may still be there.
        long left = ResidentMemory.Read() - before;
        TorchSettings.ReleaseFreedMemory();

        if (megabytes == 0)
        {
            kept.ShouldBeLessThan(Usual + (4 * Size));
        }
        else
        {
            kept.ShouldBeGreaterThan((Many - 4) * Size, "what the room holds is kept for the next ones");
        }

        left.ShouldBeLessThan(Usual + (4 * Size));
    }

    private static void MakeAndFree(long count = Tensors)
    {
        using var scope = torch.NewDisposeScope();
        float[] values = new float[Size / sizeof(float)];
        Array.Fill(values, 1);
        for (int i = 0; i < count; i++)
        {
            TensorFactory.FromFloats(values, [values.Length]);
        }
    }
}
