#include "mechanism.h"
namespace ct::test {
std::vector<Mechanism> hardware_mechanisms(){return {};}
std::vector<Mechanism> driver_mechanisms(){return {};}
std::vector<Mechanism> fpu_mechanisms(){return {};}
std::vector<Mechanism> thread_mechanisms(){return {};}
}
