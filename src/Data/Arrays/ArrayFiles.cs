namespace Cluster.Data.Arrays;

/// <summary>
/// Opens .npy files and the .npz archives of them that numpy.savez writes. Arrays stored uncompressed stay in the file. Compressed ones
/// (numpy.savez_compressed) are unpacked into memory when needed, only as far as needed.
/// </summary>
internal static class ArrayFiles
{
    private const int MostArrays = 1 << 16;
    private const string Extension = ".npy";

    // Deflate expands one byte to at most 1032.
    private const long LargestRatio = 1040;

    public static ArrayEntry OpenNpy(string path, string source, DataReadOptions options)
    {
        string shown = Shown(path, options);
#pragma warning disable CA2000 // The array reads from it as long as it exists.
        var file = DataFile.OpenSeekable(path, source, options.Access);
#pragma warning restore CA2000
        try
        {
            var header = HeaderOf(file, shown);
            return new ArrayEntry(
                string.Empty, shown, header, _ => InRows(shown, header, new StoredArray(shown, header, file, header.Bytes, null), options));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The .npy files of a folder, each one sample, in ordinal order of their names; read when needed.</summary>
    public static ArrayEntry OpenFolder(string path, string source, DataReadOptions options)
    {
        string[] files = [.. Directory.EnumerateFiles(path, $"*{Extension}").Order(StringComparer.Ordinal)];
        return files.Length == 0
            ? throw new KernelException(
                $"The folder '{options.Access.Shown(path)}' holds no {Extension} files; write one for each sample with numpy.save.")
            : ArrayLists.List(string.Empty, [.. files.Select(file => OpenApart(file, source, options))]);
    }

    // A folder may have more files than a process may hold open.
    private static ArrayEntry OpenApart(string path, string source, DataReadOptions options)
    {
        FileStream Reopen() => DataFile.OpenSeekable(path, source, options.Access);
        using var file = Reopen();
        string shown = Shown(path, options);
        var header = HeaderOf(file, shown);
        StoredArray Stored() => new(shown, header, null, header.Bytes, null, Reopen);
        return new ArrayEntry(string.Empty, shown, header, _ => InRows(shown, header, Stored(), options));
    }

    private static string Shown(string path, DataReadOptions options) => $"The file '{options.Access.Shown(path)}'";

    private static NpyHeader HeaderOf(FileStream file, string shown)
    {
        var header = NpyHeader.Read(file, shown);
        return header.Type is null || file.Length == header.Bytes + header.ContentBytes
            ? header
            : throw WrongLength(shown, header, file.Length);
    }

    public static IReadOnlyList<ArrayEntry> OpenNpz(string path, string source, DataReadOptions options)
    {
        string shown = options.Access.Shown(path);
        var file = DataFile.OpenSeekable(path, source, options.Access);
        try
        {
            using var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            var arrays = archive.Entries.Where(entry => entry.FullName.EndsWith(Extension, StringComparison.Ordinal)).ToArray();
            if (arrays.Length is 0 or > MostArrays)
            {
                throw new KernelException(
                    $"The archive '{shown}' holds {arrays.Length} arrays; expected 1 to {MostArrays}: write it with numpy.savez.");
            }

            var gate = new Lock();
            ArrayEntry[] entries = [.. arrays.Select(entry => Open(file, gate, entry, shown, options))];
            return entries.GroupBy(entry => entry.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice
                ? throw new KernelException($"The archive '{shown}' holds the array '{twice.Key}' twice; write it again.")
                : entries;
        }
        catch (Exception damage) when (damage is InvalidDataException or NotSupportedException or EndOfStreamException)
        {
            file.Dispose();
            throw new KernelException(
                $"The file '{shown}' is not an .npz archive that can be read ({damage.Message.TrimEnd('.')}); write it with numpy.savez.",
                damage);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static ArrayEntry Open(FileStream file, Lock gate, ZipArchiveEntry entry, string archive, DataReadOptions options)
    {
        string name = entry.FullName[..^Extension.Length];
        string shown = $"The array '{name}' of '{archive}'";
        using var content = entry.Open();
        var header = NpyHeader.Read(content, shown);
        if (header.Type is not null && entry.Length != header.Bytes + header.ContentBytes)
        {
            throw WrongLength(shown, header, entry.Length);
        }

        // If the archive stores the array uncompressed, its header was just read from there.
        long start = file.Position - header.Bytes;
        return entry.CompressedLength == entry.Length && IsHead(file, start, header, shown)
            ? new ArrayEntry(
                name, shown, header, _ => InRows(shown, header, new StoredArray(shown, header, file, start + header.Bytes, null), options))
            : new ArrayEntry(name, shown, header, rows => Unpack(file, gate, entry.FullName, header, rows, shown, options));
    }

    private static StoredArray InRows(string shown, NpyHeader header, StoredArray stored, DataReadOptions options) =>
        header.IsColumnMajor ? StoredArray.OfColumns(shown, header, stored.Bytes(options.MaximumBytes)) : stored;

    private static bool IsHead(FileStream file, long start, NpyHeader header, string shown)
    {
        long before = file.Position;
        try
        {
            if (start < 0 || start + header.Bytes + (header.Type is null ? 0 : header.ContentBytes) > file.Length)
            {
                return false;
            }

            file.Position = start;
            var found = NpyHeader.Read(file, shown);
            return found.Bytes == header.Bytes && found.TypeText == header.TypeText && found.Shape.SequenceEqual(header.Shape);
        }
        catch (KernelException)
        {
            // Other bytes are there: the archive does not store the array uncompressed.
            return false;
        }
        finally
        {
            file.Position = before;
        }
    }

    private static StoredArray Unpack(
        FileStream file, Lock gate, string entryName, NpyHeader header, long rows, string shown, DataReadOptions options)
    {
        long bytes = header.IsColumnMajor ? header.ContentBytes : header.ContentBytes / header.Shape[0] * rows;
        if (bytes > Math.Min(options.MaximumBytes, Array.MaxLength))
        {
            throw new KernelException(
                $"{shown} is compressed and needs {bytes} bytes of memory; write it with numpy.savez, whose arrays are read from the "
                + "file.");
        }

        lock (gate)
        {
            using var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            var entry = archive.GetEntry(entryName)!;
            if (bytes / LargestRatio > entry.CompressedLength)
            {
                throw new KernelException(
                    $"{shown} promises {bytes} bytes of {entry.CompressedLength} compressed ones, which cannot be: the archive is "
                    + "damaged.");
            }

            try
            {
                using var content = entry.Open();
                byte[] values = GC.AllocateUninitializedArray<byte>((int)bytes);
                content.ReadExactly(new byte[header.Bytes]);
                content.ReadExactly(values);
                return header.IsColumnMajor
                    ? StoredArray.OfColumns(shown, header, values)
                    : new StoredArray(shown, header, null, 0, values);
            }
            catch (Exception damage) when (damage is InvalidDataException or EndOfStreamException)
            {
                throw new KernelException($"{shown} is damaged or cut short; write the archive again.", damage);
            }
        }
    }

    private static KernelException WrongLength(string shown, NpyHeader header, long found) => new(
        $"{shown} has {found} bytes where its header promises {header.Bytes + header.ContentBytes}; it is cut short or damaged, write it "
        + "again.");
}
