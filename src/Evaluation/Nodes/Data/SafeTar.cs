using System.Formats.Tar;

namespace Cluster.Evaluation.Nodes.Data;

/// <summary>
/// Unpacks an untrusted tar. Only plain files and folders that stay below the target are accepted; nothing is executed, linked or
/// overwritten.
/// </summary>
internal static class SafeTar
{
    private const int DeepestFolder = 32;
    private const int LongestName = 1024;

    /// <summary>Unpacks into an empty folder.</summary>
    /// <exception cref="JobException">The tar is damaged, too large, or has unaccepted entries; the files unpacked so far stay.</exception>
    public static async Task UnpackAsync(Stream tar, string target, TarLimits limits, CancellationToken cancellation)
    {
        string root = Path.GetFullPath(target);
        Directory.CreateDirectory(root);
        long left = limits.Bytes;
        int entries = 0;
        try
        {
            await using var reader = new TarReader(tar, leaveOpen: true);
            while (await reader.GetNextEntryAsync(copyData: false, cancellation) is { } entry)
            {
                if (entry.EntryType == TarEntryType.GlobalExtendedAttributes)
                {
                    continue;
                }

                if (++entries > limits.Entries)
                {
                    throw new JobException(
                        $"The data's tar holds more than {limits.Entries} entries: give fewer files, or put several images into one file.");
                }

                string path = PathOf(root, entry.Name);
                switch (entry.EntryType)
                {
                    case TarEntryType.Directory:
                        Directory.CreateDirectory(path);
                        break;
                    case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                        left -= entry.Length;
                        if (left < 0)
                        {
                            throw new JobException($"The data's tar unpacks to more than {limits.Bytes} bytes: give fewer images.");
                        }

                        await WriteAsync(path, entry, cancellation);
                        break;
                    default:
                        throw new JobException(
                            $"The data's tar holds '{Shown(entry.Name)}', a {entry.EntryType}; only files and folders are "
                            + "accepted: pack the files themselves (tar --dereference).");
                }
            }
        }
        catch (Exception damage)
            when (damage is InvalidDataException or FormatException or EndOfStreamException or OverflowException or ArgumentException)
        {
            throw new JobException($"The data's artefact is not a tar that can be read ({damage.Message}): pack the data again.", damage);
        }
    }

    private static async Task WriteAsync(string path, TarEntry entry, CancellationToken cancellation)
    {
        if (Path.Exists(path))
        {
            throw new JobException($"The data's tar holds '{Shown(entry.Name)}' twice: pack the data again.");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        if (entry.DataStream is { } content)
        {
            await content.CopyToAsync(file, cancellation);
        }

        if (file.Length != entry.Length)
        {
            throw new JobException($"The data's tar ends within '{Shown(entry.Name)}': pack the data again.");
        }
    }

    private static string PathOf(string root, string name)
    {
        string[] parts = name.Split('/', StringSplitOptions.RemoveEmptyEntries);
        bool outside = name.Length == 0 || name[0] == '/' || name.Length > LongestName || parts.Length > DeepestFolder
            || parts.Any(part => part == "..") || name.Any(character => char.IsControl(character) || character == '\\');
        string path = outside ? root : Path.GetFullPath(Path.Combine([root, .. parts]));
        return !outside && (path == root || path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            ? path
            : throw new JobException(
                $"The data's tar holds the name '{Shown(name)}'; names relative to the tar's root, without '..', are expected: "
                + "pack the data from its own folder.");
    }

    private static string Shown(string name) =>
        string.Concat(name.Take(80).Select(character => char.IsControl(character) ? '?' : character));
}

/// <summary>Limits for unpacking a tar.</summary>
/// <param name="Bytes">The most bytes of all files together.</param>
/// <param name="Entries">The most files and folders.</param>
internal sealed record TarLimits(long Bytes, int Entries)
{
    /// <summary>Enough for the images of a large evaluation set as files.</summary>
    public static TarLimits Default { get; } = new(64L << 30, 2_000_000);
}
