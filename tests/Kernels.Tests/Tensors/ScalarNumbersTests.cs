using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Cluster.Kernels.Tensors;

namespace Cluster.Kernels.Tests.Tensors;

public sealed class ScalarNumbersTests
{
    private const byte Call = 0x28;
    private const int Operand = sizeof(int);

    // A Scalar that a conversion made on the spot may be collected while libtorch reads it.
    [Fact]
    public void Kernels_PassNoNumberToTorchSharpThatNothingHolds()
    {
        using var file = new PEReader(File.OpenRead(typeof(ScalarNumbers).Assembly.Location));
        MetadataReader names = file.GetMetadataReader();
        HashSet<int> conversions =
            [.. names.MemberReferences.Where(member => IsConversion(names, member)).Select(member => MetadataTokens.GetToken(member))];

        conversions.ShouldNotBeEmpty("ScalarNumbers has them");
        (from handle in names.MethodDefinitions
         let method = names.GetMethodDefinition(handle)
         where method.RelativeVirtualAddress != 0
         let type = names.GetString(names.GetTypeDefinition(method.GetDeclaringType()).Name)
         where type != nameof(ScalarNumbers) && Calls(file.GetMethodBody(method.RelativeVirtualAddress).GetILBytes()!, conversions)
         select $"{type}.{names.GetString(method.Name)}").ShouldBeEmpty("write number.AsScalar()");
    }

    private static bool IsConversion(MetadataReader names, MemberReferenceHandle handle)
    {
        var member = names.GetMemberReference(handle);
        return member.Parent.Kind == HandleKind.TypeReference
            && names.GetString(member.Name) == "op_Implicit"
            && names.GetString(names.GetTypeReference((TypeReferenceHandle)member.Parent).Name) == "Scalar";
    }

    private static bool Calls(byte[] code, HashSet<int> methods) =>
        Enumerable.Range(0, Math.Max(0, code.Length - Operand))
            .Any(at => code[at] == Call && methods.Contains(BitConverter.ToInt32(code, at + 1)));
}
