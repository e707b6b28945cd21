using Cluster.DataSpecs;

namespace Cluster.Kernels.Data;

/// <summary>Reads the images that a <see cref="DataSpec"/> names.</summary>
public static class DataSource
{
    /// <summary>Reads the text form of a spec; files are not looked at.</summary>
    /// <exception cref="KernelException">The text does not follow the grammar; the message says what was found and what
    /// is possible.</exception>
    public static DataSpec Parse(string spec) => Refusing(() => DataSpec.Parse(spec));

    /// <inheritdoc cref="Open(DataSpec, int)"/>
    public static ImageSet Open(string spec, int workers = 0) => Open(Parse(spec), workers);

    /// <summary>
    /// Reads and checks everything at once: headers, sizes, labels and all pixels, held as uint8. Files may be
    /// gzip-compressed, whatever their name. Relative paths are relative to the current directory.
    /// </summary>
    /// <param name="workers">JPEG files decoded at the same time; 0 for one for each processor.</param>
    /// <exception cref="KernelException">Something is missing, damaged or does not fit together; one sentence says what.</exception>
    public static ImageSet Open(DataSpec spec, int workers = 0)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentOutOfRangeException.ThrowIfNegative(workers);
        return Open(spec, new DataReadOptions(
            Environment.CurrentDirectory,
            workers == 0 ? Environment.ProcessorCount : workers,
            JpegDefault.Decode,
            DataReadOptions.DefaultMaximumBytes));
    }

    internal static ImageSet Open(DataSpec spec, DataReadOptions options) => Refusing(() => Read(spec, options));

    private static ImageSet Read(DataSpec spec, DataReadOptions options)
    {
        List<ImageSet> sets = [];
        long total = 0;
        foreach (DataPart part in spec.Parts)
        {
            ImageSet set = ReadPart(part, options);
            total += (long)set.Count * set.ImageSize;
            options.RequireRoom(total, spec.ToString());
            sets.Add(set);
        }

        return sets.Count == 1 ? sets[0] : ImageSet.Join(spec.ToString(), sets);
    }

    private static ImageSet ReadPart(DataPart part, DataReadOptions options) => part.Format switch
    {
        DataFormat.Idx => IdxReader.Read(part, options),
        DataFormat.Cifar10 => Cifar10Reader.Read(part, options),
        DataFormat.Folder => FolderReader.Read(part, options),
        _ => throw new ArgumentOutOfRangeException(nameof(part)),
    };

    // Callers of this room know one kind of expected failure.
    private static T Refusing<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DataSpecException refusal)
        {
            throw new KernelException(refusal.Message, refusal);
        }
    }
}
