namespace Cluster.Data.Sources;

/// <summary>Reads IDX images and the labels beside them.</summary>
internal static class IdxReader
{
    private const int BlockBytes = 8 << 20;
    private const int MaximumImageBytes = 256 << 20;

    public static ImageSet Read(DataPart part, DataReadOptions options)
    {
        string source = part.ToString();
        string path = options.FullPath(part.Path);
        using DataFile file = DataFile.Open(path, source, options.Access);
        int[] sizes = ReadHeader(file, "image", IdxFormat.GrayDimensions, IdxFormat.PlanarDimensions);
        (int count, int channels, int height, int width) = sizes is [int n, int h, int w]
            ? (n, 1, h, w)
            : (sizes[0], sizes[1], sizes[2], sizes[3]);
        long imageBytes = (long)channels * height * width;
        if (count < 1 || channels is not (1 or 3) || height < 1 || width < 1 || (long)height * width > MaximumImageBytes / channels)
        {
            throw new KernelException(
                $"The IDX file '{file.Path}' says that it holds {count} images of {channels}x{height}x{width}; expected at least "
                + "one image with 1 or 3 channels, of a usual size.");
        }

        long expected = IdxFormat.HeaderBytes(sizes.Length) + (count * imageBytes);
        if (file.Length is long length && length < expected)
        {
            throw new KernelException($"The file '{file.Path}' is cut short: found {length} bytes, expected {expected}; fetch it again.");
        }

        (int start, int end) = part.Slice.Resolve(count, source);
        options.RequireRoom((end - start) * imageBytes, source);
        byte[]? labels = ReadLabels(part, options, path, count, (start, end));
        file.Skip(start * imageBytes);
        List<ImageRef> images = ReadImages(file, end - start, (int)imageBytes, expected, labels, options.Pixels);
        RequireEnd(file, expected, isAtEnd: end == count);
        return new ImageSet(source, channels, height, width, [.. images]);
    }

    // Data outside the slice is not unpacked just to check it.
    private static void RequireEnd(DataFile file, long expected, bool isAtEnd)
    {
        if (isAtEnd || file.Length is not null)
        {
            file.RequireEnd(expected);
        }
    }

    private static List<ImageRef> ReadImages(
        DataFile file, int count, int imageBytes, long expected, byte[]? labels, SpillSpace pixels)
    {
        List<ImageRef> images = [];
        int perBlock = Math.Min(count, Math.Max(1, BlockBytes / imageBytes));
        byte[] room = GC.AllocateUninitializedArray<byte>(perBlock * imageBytes);
        while (images.Count < count)
        {
            // Read in blocks: a header with a wrong size costs one block of memory, not all that it claims.
            int inBlock = Math.Min(perBlock, count - images.Count);
            Span<byte> block = room.AsSpan(0, inBlock * imageBytes);
            file.ReadExactly(block, expected);
#pragma warning disable CA2000 // Its memory is freed when no image refers to it.
            SpillBlock kept = pixels.Keep(block);
#pragma warning restore CA2000
            for (int i = 0; i < inBlock; i++)
            {
                images.Add(new ImageRef(kept, i * imageBytes, labels is null ? ImageRef.Unlabelled : labels[images.Count]));
            }
        }

        return images;
    }

    private static byte[]? ReadLabels(DataPart part, DataReadOptions options, string imagesPath, int count, (int Start, int End) slice)
    {
        string source = part.ToString();
        string? path = part.LabelsPath is null
            ? LabelFiles.BesideIdx(imagesPath).FirstOrDefault(options.Access.FileExists)
            : LabelFiles.Find(part, part.LabelsPath, options.CurrentDirectory, options.Access);
        if (path is null)
        {
            return null;
        }

        using DataFile file = DataFile.Open(path, source, options.Access);
        int labels = ReadHeader(file, "label", IdxFormat.LabelDimensions)[0];
        if (labels != count)
        {
            throw new KernelException(
                $"The label file '{file.Path}' holds {labels} labels but '{options.Access.Shown(imagesPath)}' holds {count} "
                + "images; give the labels that belong to it with labels=FILE.");
        }

        byte[] values = new byte[slice.End - slice.Start];
        long expected = IdxFormat.HeaderBytes(IdxFormat.LabelDimensions) + count;
        file.Skip(slice.Start);
        file.ReadExactly(values, expected);
        RequireEnd(file, expected, isAtEnd: slice.End == count);
        return values;
    }

    private static int[] ReadHeader(DataFile file, string kind, params int[] dimensions)
    {
        Span<byte> magic = stackalloc byte[4];
        file.ReadExactly(magic, IdxFormat.HeaderBytes(dimensions[0]));
        if (magic[0] != 0 || magic[1] != 0 || magic[2] != IdxFormat.UInt8 || !dimensions.Contains(magic[3]))
        {
            string wanted = string.Join(" or ", dimensions.Select(d => $"0x0000{IdxFormat.UInt8:x2}{d:x2}"));
            throw new KernelException(
                $"The file '{file.Path}' begins with 0x{BinaryPrimitives.ReadUInt32BigEndian(magic):x8} but an IDX {kind} file "
                + $"begins with {wanted} (uint8); name an IDX {kind} file.")
            {
                WithoutContent =
                    $"The file '{file.Path}' is not an IDX {kind} file, which begins with {wanted} (uint8); name an IDX {kind} file.",
            };
        }

        byte[] raw = new byte[4 * magic[3]];
        file.ReadExactly(raw, IdxFormat.HeaderBytes(magic[3]));
        int[] sizes = new int[magic[3]];
        for (int i = 0; i < sizes.Length; i++)
        {
            sizes[i] = BinaryPrimitives.ReadInt32BigEndian(raw.AsSpan(4 * i));
        }

        return sizes;
    }
}

/// <summary>
/// The IDX format: bytes 0, 0, element type, number of dimensions, then each dimension as a big-endian int32, then the elements in
/// row-major order (format description on the MNIST database's page). Only uint8 is used here.
/// </summary>
internal static class IdxFormat
{
    public const byte UInt8 = 0x08;

    // (N)
    public const int LabelDimensions = 1;

    // (N, H, W)
    public const int GrayDimensions = 3;

    // (N, C, H, W): not used by MNIST, but the natural IDX form of colour images.
    public const int PlanarDimensions = 4;

    public static int HeaderBytes(int dimensions) => 4 + (4 * dimensions);
}
