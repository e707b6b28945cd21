using Cluster.Kernels.Tensors;

namespace Cluster.Kernels.Tests.Tensors;

public class NativeLoaderTests
{
    [Fact]
    public void Candidates_BuildOfAFeed_HasItsOwnLibraryBeforeTheDefaultOne()
    {
        var found = NativeLoader.Candidates(null, "/checkout/.build/feeds/ab12/bin/Silo/release").ToList();

        int own = found.IndexOf("/checkout/.build/feeds/ab12/native/libcluster_kernels.so");
        own.ShouldBeGreaterThan(0);
        found.IndexOf("/checkout/.build/native/libcluster_kernels.so").ShouldBeGreaterThan(own);
        found[0].ShouldBe("/checkout/.build/feeds/ab12/bin/Silo/release/libcluster_kernels.so");
    }

    [Fact]
    public void Candidates_NamedLibrary_IsFirst() => NativeLoader.Candidates("/named.so", "/program").First().ShouldBe("/named.so");
}
