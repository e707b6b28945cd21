using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Cluster.Cli.DataSets;

/// <summary>Downloads the files of a named data set, and keeps only files with the known digest.</summary>
/// <param name="client">The client for all downloads.</param>
/// <param name="meter">Makes a meter for a file and its number of bytes.</param>
internal sealed class DataSetFetch(HttpClient client, Func<string, long, TransferMeter> meter)
{
    private const int Block = 1 << 16;

    /// <summary>Downloads the missing files; after an interruption a partly downloaded file is downloaded again.</summary>
    /// <param name="root">The set gets its own folder below it.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="JobException">A file cannot be downloaded, or is not the known one.</exception>
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
                failure)
            {
                FailsOn = JobFault.Unreachable,
            };
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
            // Only by its last name: a path from the archive is never used as a path here.
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
