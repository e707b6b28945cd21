using System.Collections.Concurrent;

namespace Cluster.Data;

/// <summary>Decodes a folder's picture files, several at once.</summary>
internal static class FolderReader
{
    internal const long MaximumFileBytes = 256 << 20;
    private const int MostNamed = 10;

    /// <summary>Pictures of one size.</summary>
    public static ImageSet Read(DataPart part, DataReadOptions options) => ReadSamples(part, options) switch
    {
        SizedImages sized => throw sized.NotOfOneSize(),
        var images => (ImageSet)images,
    };

    /// <summary>Pictures of one size, or of their own.</summary>
    public static SampleSet ReadSamples(DataPart part, DataReadOptions options)
    {
        string source = part.ToString();
        var listing = FolderListing.OfSlice(part, options.CurrentDirectory, options.Access);
        var files = listing.Images;
        ImageRef[] images = new ImageRef[files.Count];

        // The first file tells the memory that all need, if they have its size.
        (int width, int height, byte[] first) = Decode(files[0].Path, source, options, out var firstSize);
        int channels = first.Length / (width * height);
        options.RequireRoom((long)first.Length * files.Count, source);
        var sizes = new (int Width, int Height)[files.Count];
        sizes[0] = (width, height);
        long bytes = first.Length;
        images[0] = Kept(files[0], first, firstSize);
        var refused = new ConcurrentDictionary<int, KernelException>();
        Parallel.For(1, files.Count, new ParallelOptions { MaxDegreeOfParallelism = options.Workers }, i =>
        {
            try
            {
                images[i] = Decoded(i);
            }
            catch (KernelException refusal)
            {
                refused[i] = refusal;
            }
        });
        if (!refused.IsEmpty)
        {
            // Several may fail in any order: the message is always the same.
            var (_, reported) = refused.MinBy(entry => entry.Key);
            throw refused.Count == 1 ? reported : new KernelException(
                $"{refused.Count} of the {files.Count} pictures of '{source}' cannot be used: {reported.Message} Also: "
                + $"{string.Join(", ", Others())}.");
        }

        (int Width, int Height)[] different = [.. sizes.Distinct()];
        if (different.Length == 1)
        {
            return new ImageSet(source, channels, height, width, images);
        }

        int[] all = [.. sizes.Select(size => Array.IndexOf(different, size))];
        var places = new int[different.Length];
        return new SizedImages(
            source,
            [
                .. different.Select((size, set) =>
                    new ImageSet(source, channels, size.Height, size.Width, [.. images.Where((_, i) => all[i] == set)])),
            ],
            [.. all.Select(set => (set, places[set]++))]);

        ImageRef Decoded(int i)
        {
            (int w, int h, byte[] pixels) = Decode(files[i].Path, source, options, out var size);
            sizes[i] = (w, h);
            options.RequireRoom(Interlocked.Add(ref bytes, pixels.Length), source);
            return pixels.Length != w * h * channels ? throw new KernelException(
                    $"Of '{options.Access.Shown(files[i].Path)}' and '{options.Access.Shown(files[0].Path)}' one is grey and one has "
                    + $"colours; bring the images of '{source}' to one kind first, they are not converted here.")
                : Kept(files[i], pixels, size);
        }

#pragma warning disable CA2000 // Its memory is freed when no image refers to it.
        ImageRef Kept(ListedImage file, byte[] pixels, PictureSize size) => new(
            options.Pixels.Keep(pixels),
            0,
            file.Label ?? ImageRef.Unlabelled,
            Path.GetRelativePath(listing.Folder, file.Path),
            geometry => Decode(file.Path, source, options with { Geometry = geometry }, out _).Planar,
            PictureLabel.Of(file, size.Width, size.Height, options, source));
#pragma warning restore CA2000

        IEnumerable<string> Others()
        {
            int[] others = [.. refused.Keys.Order().Skip(1)];
            var named = others.Take(MostNamed).Select(i => $"'{options.Access.Shown(files[i].Path)}'");
            return others.Length > MostNamed ? named.Append($"and {others.Length - MostNamed} more") : named;
        }
    }

    private static (int Width, int Height, byte[] Planar) Decode(
        string path, string source, DataReadOptions options, out PictureSize size)
    {
        (int width, int height, byte[] pixels) = options.Picture(
            DataFile.ReadAll(path, source, MaximumFileBytes, options.Access), options.Access.Shown(path), out size);
        return (width, height, ToPlanar(pixels, width * height));
    }

    private static byte[] ToPlanar(byte[] interleaved, int area) // (H,W,C) -> (C,H,W)
    {
        int channels = interleaved.Length / area;
        if (channels == 1)
        {
            return interleaved;
        }

        byte[] planar = GC.AllocateUninitializedArray<byte>(interleaved.Length);
        for (int i = 0, j = 0; i < area; i++, j += channels)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                planar[(channel * area) + i] = interleaved[j + channel];
            }
        }

        return planar;
    }
}

/// <summary>Where one image's planar pixels are; many images share one block, so that a view costs no copy.</summary>
/// <param name="Label">Class index; <see cref="Unlabelled"/> if there is none.</param>
/// <param name="File">The picture's file as the data names it; null for an image of a larger file.</param>
/// <param name="Again">Reads its planar pixels from that file once more, resized and cropped otherwise; null likewise.</param>
/// <param name="Target">Its boxes, mask or text; null without.</param>
internal readonly record struct ImageRef(
    SpillBlock Block,
    int Offset,
    int Label,
    string? File = null,
    Func<PictureGeometry, byte[]>? Again = null,
    PictureLabel? Target = null)
{
    public const int Unlabelled = -1;
}
