using Cluster.DataSpecs;

namespace Cluster.Kernels.Data;

/// <summary>
/// Reads CIFAR-10's binary version: records of one label byte and 3072 pixel bytes, R plane, G plane, B plane, each
/// row-major (the data set's page).
/// </summary>
internal static class Cifar10Reader
{
    private const int Channels = 3;
    private const int Side = 32;
    private const int Classes = 10;
    private const int RecordBytes = 1 + (Channels * Side * Side);
    private const int RecordsInBlock = 2048;

    public static ImageSet Read(DataPart part, DataReadOptions options)
    {
        string source = part.ToString();
        using DataFile file = DataFile.Open(options.FullPath(part.Path), source, options.Access);
        List<ImageRef> images = [];
        byte[] block = GC.AllocateUninitializedArray<byte>(RecordBytes * RecordsInBlock);
        int read;
        do
        {
            read = file.Read(block);
            options.RequireRoom(file.Position, source);
#pragma warning disable CA2000 // Its room is given back when no image refers to it.
            SpillBlock kept = options.Pixels.Keep(block.AsSpan(0, read));
#pragma warning restore CA2000
            for (int offset = 0; offset + RecordBytes <= read; offset += RecordBytes)
            {
                images.Add(Record(kept, block[offset], offset, images.Count, file.Path));
            }
        }
        while (read == RecordBytes * RecordsInBlock);

        if (file.Position == 0 || file.Position % RecordBytes != 0)
        {
            long whole = (file.Position / RecordBytes) + 1;
            throw new KernelException(
                $"The file '{file.Path}' is cut short: found {file.Position} bytes, expected {whole * RecordBytes} ({whole} "
                + $"records of {RecordBytes}); fetch it again.");
        }

        (int start, int end) = part.Slice.Resolve(images.Count, source);
        return new ImageSet(source, Channels, Side, Side, [.. images.GetRange(start, end - start)]);
    }

    private static ImageRef Record(SpillBlock block, int label, int offset, int index, string path) => label < Classes
        ? new ImageRef(block, offset + 1, label)
        : throw new KernelException(
            $"Record {index} of '{path}' has label {label} but CIFAR-10 has labels 0..{Classes - 1}; the file is not in "
            + "CIFAR-10's binary format, name one that is.");
}
