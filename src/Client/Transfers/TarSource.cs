using System.Formats.Tar;

namespace Cluster.Client.Transfers;

/// <summary>
/// A tar of files that depends only on their names and bytes: sorted, without this machine's times, owners and permissions.
/// </summary>
internal sealed class TarSource(string name, DataPackage package) : IUploadSource
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public string Name => name;

    // Each file has a header and is padded to blocks of 512 bytes.
    public long EstimatedBytes => package.Files.Sum(file => 512 + ((new FileInfo(file.Path).Length + 511) / 512 * 512)) + 1024;

    public string Key => $"tar\n{string.Join('\n', package.Files.Select(file => $"{file.Name}\0{file.Path}"))}";

    public async Task WriteToAsync(Stream destination, CancellationToken cancellation)
    {
        // Not PAX: its header names hold the number of the process that wrote them.
        await using var writer = new TarWriter(destination, TarEntryFormat.Gnu, leaveOpen: true);
        foreach (var file in package.Files)
        {
            await using var bytes = File.OpenRead(file.Path);
            await writer.WriteEntryAsync(
                new GnuTarEntry(TarEntryType.RegularFile, file.Name)
                {
                    DataStream = bytes,
                    ModificationTime = DateTimeOffset.UnixEpoch,
                    Mode = Mode,
                    Uid = 0,
                    Gid = 0,
                    UserName = "",
                    GroupName = "",
                },
                cancellation);
        }
    }
}
