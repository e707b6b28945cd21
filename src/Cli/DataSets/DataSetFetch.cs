using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Cluster.DataSpecs.Names;
using Cluster.Plans;
using Cluster.Terminal;

namespace Cluster.Cli.DataSets;

/// <summary>Fetches the files of a data set that is known by name, and keeps only what has the digest that it is known by.</summary>
/// <param name="client">For all of its files.</param>
/// <param name="meter">Of a file and its bytes.</param>
internal sealed class DataSetFetch(HttpClient client, Func<string, long, TransferMeter> meter)
{
    private const int Block = 1 << 16;

    /// <summary>Fetches what is not there yet; what is fetched in part when this is interrupted is fetched again.</summary>
    /// <param name="root">Below it, the set gets a folder of its own.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="JobException">A file cannot be had, or is not the one that is known.</exception>
    public async Task<string> RunAsync(KnownDataSet set, string root, CancellationToken cancellation)
    {
        string folder = Path.Combine(root, set.Folders[0]);
        Directory.CreateDirectory(folder);
        foreach (var download in set.Downloads)
        {
            bool isArchive = download.FileName.EndsWith(".tar.gz", StringComparison.Ordinal);
            string[] files = isArchive
                ? [.. set.Training.Concat(set.Test).Select(file => Path.Combine(folder, file.Name))]
                : [Path.Combine(folder, download.FileName)];
            if (files.All(File.Exists))
            {
                continue;
            }

            string part = Path.Combine(folder, $"{download.FileName}.part");
            try
            {
                await DownloadAsync(download, part, cancellation);
                if (isArchive)
                {
                    await UnpackAsync(part, files, cancellation);
                }
                else
                {
                    File.Move(part, files[0], overwrite: true);
                }
            }
            finally
            {
                File.Delete(part);
            }
        }

        return folder;
    }

    private async Task DownloadAsync(KnownDownload download, string part, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var shown = meter($"fetching {download.FileName}", download.Bytes);
        long bytes = 0;
        try
        {
            using var response = await client.GetAsync(download.Address, HttpCompletionOption.ResponseHeadersRead, cancellation);
            response.EnsureSuccessStatusCode();
            await using var from = await response.Content.ReadAsStreamAsync(cancellation);
            await using var to = File.Create(part);
            byte[] block = new byte[Block];
            while (bytes <= download.Bytes && await from.ReadAsync(block, cancellation) is > 0 and var read)
            {
                hash.AppendData(block, 0, read);
                await to.WriteAsync(block.AsMemory(0, read), cancellation);
                bytes += read;
                shown.Add(read);
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or HttpIOException)
        {
            throw new JobException(
                $"{download.Address} cannot be fetched ({failure.Message.TrimEnd('.')}); check the connection, or put the file into the "
                + "folder yourself.",
                failure);
        }
        finally
        {
            shown.End(null);
        }

        string found = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (bytes != download.Bytes || !string.Equals(found, download.Sha256, StringComparison.Ordinal))
        {
            throw new JobException(
                $"{download.Address} gave {(bytes > download.Bytes ? "more than " : "")}{Math.Min(bytes, download.Bytes)} bytes with the "
                + $"SHA-256 {found}, not the {download.Bytes} bytes with {download.Sha256} that this data set is known by; nothing of it "
                + "was kept.");
        }
    }

    private static async Task UnpackAsync(string archive, string[] files, CancellationToken cancellation)
    {
        var wanted = files.ToDictionary(file => Path.GetFileName(file), StringComparer.Ordinal);
        await using var packed = new GZipStream(File.OpenRead(archive), CompressionMode.Decompress);
        await using var reader = new TarReader(packed);
        while (await reader.GetNextEntryAsync(cancellationToken: cancellation) is { } entry)
        {
            // By its last name alone: a path of the archive never becomes a path here.
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile
                && wanted.TryGetValue(Path.GetFileName(entry.Name), out string? file))
            {
                string part = $"{file}.part";
                await entry.ExtractToFileAsync(part, overwrite: true, cancellation);
                File.Move(part, file, overwrite: true);
            }
        }
    }
}
