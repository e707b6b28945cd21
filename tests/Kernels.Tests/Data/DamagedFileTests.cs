using Cluster.Tests;

namespace Cluster.Kernels.Tests.Data;

/// <summary>Files with random bytes changed: images or a clear error, never another exception.</summary>
public sealed class DamagedFileTests : IDisposable
{
    private const int Rounds = 300;

    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("idx:f", false)]
    [InlineData("idx:f", true)]
    [InlineData("idx:x-images,labels=f", false)]
    [InlineData("cifar10:f", true)]
    [InlineData("folder:d,labels=f", false)]
    public void Open_RandomBytesChanged_ReadsOrThrowsKernelException(string spec, bool gzip)
    {
        _folder.Write("x-images", Samples.IdxImages);
        _folder.Write("d/a.jpg", Samples.Picture(1));
        byte[] content = spec switch
        {
            "idx:f" => Samples.IdxImages,
            "cifar10:f" => Samples.Cifar(2),
            "folder:d,labels=f" => "label,file\n1,a.jpg\n2,\"a.jpg\"\n"u8.ToArray(),
            _ => Samples.IdxLabels,
        };
        byte[] original = gzip ? Samples.Gzip(content) : content;
        Random random = new(7);
        int read = 0;
        int refused = 0;
        for (int round = 0; round < Rounds; round++)
        {
            byte[] damaged = [.. original];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            _folder.Write("f", damaged);
            try
            {
                Samples.Open(_folder, spec).Count.ShouldBeGreaterThan(0);
                read++;
            }
            catch (KernelException exception)
            {
                exception.Message.ShouldNotBeEmpty();
                refused++;
            }
        }

        (read + refused).ShouldBe(Rounds);
        refused.ShouldBeGreaterThan(0);
    }
}
