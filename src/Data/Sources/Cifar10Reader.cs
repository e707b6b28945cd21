namespace Cluster.Data.Sources;

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

        // The number of records in a gzipped file is known only after unpacking; this is done first only if the slice needs it.
        bool asksForCount = part.Slice is { Start: < 0 } or { End: < 0 } || part.Slice.End <= part.Slice.Start;
        long? length = asksForCount && file.Length is null ? LengthOf(part, options) : file.Length;
        int? count = length is { } bytes ? Records(bytes, file.Path) : null;
        (int start, int end) = count is { } all
            ? part.Slice.Resolve(all, source)
            : (part.Slice.Start, part.Slice.End ?? int.MaxValue);
        file.Skip((long)start * RecordBytes);
        List<ImageRef> images = [];
        byte[] block = GC.AllocateUninitializedArray<byte>(RecordBytes * RecordsInBlock);
        int wanted, read;
        do
        {
            wanted = (int)Math.Min(block.Length, (end - start - (long)images.Count) * RecordBytes);
            read = file.Read(block.AsSpan(0, Math.Max(0, wanted)));
            options.RequireRoom(((long)images.Count * RecordBytes) + read, source);
#pragma warning disable CA2000 // Its memory is freed when no image refers to it.
            SpillBlock kept = options.Pixels.Keep(block.AsSpan(0, read));
#pragma warning restore CA2000
            for (int offset = 0; offset + RecordBytes <= read; offset += RecordBytes)
            {
                images.Add(Record(kept, block[offset], offset, start + images.Count, file.Path));
            }
        }
        while (read > 0 && read == wanted);

        if (count is null && images.Count < end - start)
        {
            // The slice ends beyond the last record, or is open-ended: now the number is known.
            _ = part.Slice.Resolve(Records(file.Position, file.Path), source);
        }

        return new ImageSet(source, Channels, Side, Side, [.. images]);
    }

    private static int Records(long length, string path)
    {
        long whole = length / RecordBytes;
        return length > 0 && length % RecordBytes == 0 && whole <= int.MaxValue ? (int)whole : throw new KernelException(
            $"The file '{path}' is cut short: found {length} bytes, expected {(whole + 1) * RecordBytes} ({whole + 1} records of "
            + $"{RecordBytes}); fetch it again.");
    }

    private static long LengthOf(DataPart part, DataReadOptions options)
    {
        using DataFile file = DataFile.Open(options.FullPath(part.Path), part.ToString(), options.Access);
        file.Skip(long.MaxValue);
        return file.Position;
    }

    private static ImageRef Record(SpillBlock block, int label, int offset, int index, string path) => label < Classes
        ? new ImageRef(block, offset + 1, label)
        : throw new KernelException(
            $"Record {index} of '{path}' has label {label} but CIFAR-10 has labels 0..{Classes - 1}; the file is not in "
            + "CIFAR-10's binary format, name one that is.");
}
