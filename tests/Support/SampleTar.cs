using System.Formats.Tar;

namespace Cluster.Tests;

/// <summary>Tars as tests upload them.</summary>
public static class SampleTar
{
    /// <summary>A tar of files, in their order.</summary>
    public static byte[] Of(params (string Name, byte[] Content)[] files)
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                Write(writer, name, content);
            }
        }

        return stream.ToArray();
    }

    /// <summary>A tar of a file, and of an entry that is none.</summary>
    public static byte[] Of((string Name, byte[] Content) file, (string Name, TarEntryType Type, string Link) special)
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            Write(writer, file.Name, file.Content);
            var entry = new PaxTarEntry(special.Type, special.Name);
            if (special.Link.Length > 0)
            {
                entry.LinkName = special.Link;
            }

            writer.WriteEntry(entry);
        }

        return stream.ToArray();
    }

    private static void Write(TarWriter writer, string name, byte[] content)
    {
        using var data = new MemoryStream(content);
        writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = data });
    }
}
